package org.crossfade.core.method;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;

/**
 * Values of a phase's graph that are run outside of its steps: the scores of a selection, what a
 * pass computes of a sample.
 *
 * <p>The images of every stream but the first wait until somebody calls their turn. A {@link
 * CompiledStep} calls it where its losses are differentiated; here it is called at once. A run that
 * calls it nowhere waits for ever, so values that may read a stream are run here.
 */
public final class FetchedValues {
  private final List<Operand<?>> values;
  private final Op turns;

  private FetchedValues(List<Operand<?>> values, Op turns) {
    this.values = values;
    this.turns = turns;
  }

  /** Adds what lets {@code values} be run to their graph; do it once, not for each run. */
  public static FetchedValues of(StepContext context, Collection<? extends Operand<?>> values) {
    List<Operand<?>> ordered = List.copyOf(values);
    return new FetchedValues(ordered, context.allTurns(ordered));
  }

  /**
   * Runs the values once.
   *
   * @param feeds values of placeholders; the tensors stay the caller's
   * @return the values in their order; the caller closes it
   */
  public Result run(Session session, Map<? extends Operand<?>, ? extends Tensor> feeds) {
    var runner = session.runner().addTarget(turns);
    feeds.forEach(runner::feed);
    values.forEach(runner::fetch);
    return runner.run();
  }
}
