package org.crossfade.core.method;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.graph.VariableStore;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/**
 * Dynamic scaling of one step's loss in float16, whose smallest numbers gradients fall below: what
 * is differentiated is scale·loss, and gradients are divided by the scale in float32.
 *
 * <p>The rule and its numbers are those of PyTorch's {@code GradScaler}: from 65536 on the scale
 * doubles after 2000 steps without overflow and is halved where a gradient is not finite. Such a
 * step is skipped: it moves nothing, neither weights nor slots nor statistics, of any of its
 * updates. Scale, good steps since the last change and skipped steps are variables, so checkpoints
 * hold them.
 */
public final class LossScale {
  /**
   * A scale that only gradients lead to which are not finite at any scale: training has diverged.
   */
  public static final float SMALLEST = 1f / 65536;

  private static final float FIRST = 65536;
  private static final float GROWTH = 2;
  private static final float BACKOFF = 0.5f;
  private static final float INTERVAL = 2000;

  private static final String SCALE = ".loss-scale";
  private static final String SKIPPED = ".skipped";

  private final Ops tf;
  private final String step;
  private final Variable scale;
  private final Variable good;
  private final Variable skipped;

  private LossScale(Ops tf, VariableStore store, String step) {
    this.tf = tf;
    this.step = step;
    this.scale = variable(store, "value", FIRST);
    this.good = variable(store, "good-steps", 0);
    this.skipped = variable(store, "skipped-steps", 0);
  }

  /** Its name begins with no network's role, whose variables phases and passes take over. */
  private Variable variable(VariableStore store, String name, float first) {
    return store.create(
        new ParameterSpec(
            "loss-scale." + step + "." + name,
            Shape.scalar(),
            new Initializer.Constant(first),
            ParameterSpec.Kind.SLOT));
  }

  /** Returns the scale of a step, if the precision of its graph asks for one. */
  static Optional<LossScale> of(StepContext context, Step step) {
    return Precision.of(context.tf()).scalesLosses() && !step.updates().isEmpty()
        ? Optional.of(new LossScale(context.tf(), context.variables(), step.name()))
        : Optional.empty();
  }

  /** Returns whether a logged value says that its step was skipped. */
  public static boolean saysSkipped(String term, float value) {
    return term.endsWith(SKIPPED) && value == 1;
  }

  /** Returns whether a logged value is a scale that has become too small. */
  public static boolean saysDiverged(String term, float value) {
    return term.endsWith(SCALE) && value < SMALLEST;
  }

  /** Returns scale·loss. */
  Operand<TFloat32> scaled(Operand<TFloat32> loss) {
    return tf.math.mul(loss, scale.snapshot());
  }

  /** Returns gradients of a scaled loss, divided by the scale. */
  Parameters unscaled(Parameters gradients) {
    Operand<TFloat32> inverse = tf.math.reciprocal(scale.snapshot());
    return gradients.map((name, gradient) -> tf.math.mul(gradient, inverse));
  }

  /** Returns whether all values are finite, a scalar. */
  Operand<TBool> finite(Collection<Parameters> gradients) {
    var each = new ArrayList<Operand<TBool>>();
    for (Parameters parameters : gradients) {
      for (Operand<TFloat32> g : parameters.values()) {
        int rank = g.shape().numDimensions();
        each.add(tf.all(tf.math.isFinite(g), tf.constant(IntStream.range(0, rank).toArray())));
      }
    }
    return tf.all(tf.stack(each), tf.constant(0));
  }

  /**
   * Returns operations that run where the step is not skipped.
   *
   * @param computed what they wait for
   */
  Ops where(Operand<TBool> finite, List<Op> computed) {
    // What waits for a switch's other side never runs, nor does what waits for that.
    Operand<TBool> taken = tf.switchCond(finite, finite).outputTrue();
    return tf.withControlDependencies(tf.withControlDependencies(computed).identity(taken));
  }

  /** Returns what is logged: the scale of this step, and 1 where it is skipped. */
  Map<String, Operand<TFloat32>> logged(Operand<TBool> finite) {
    var logged = new LinkedHashMap<String, Operand<TFloat32>>();
    logged.put(step + SCALE, scale.snapshot());
    logged.put(step + SKIPPED, skip(finite));
    return logged;
  }

  /**
   * Returns the operations that move the scale and its counters, of skipped steps too.
   *
   * @param after operations that run when all is computed
   */
  List<Op> moved(Ops after, Operand<TBool> finite) {
    Operand<TFloat32> counted = tf.math.add(good.snapshot(), tf.constant(1f));
    Operand<TBool> grows = tf.math.greaterEqual(counted, tf.constant(INTERVAL));
    Operand<TFloat32> kept =
        tf.math.mul(scale.snapshot(), tf.select(grows, tf.constant(GROWTH), tf.constant(1f)));
    Operand<TFloat32> lowered = tf.math.mul(scale.snapshot(), tf.constant(BACKOFF));
    Operand<TFloat32> none = tf.constant(0f);
    return List.of(
        scale.assign(after, tf.select(finite, kept, lowered)),
        good.assign(after, tf.select(finite, tf.select(grows, none, counted), none)),
        skipped.assign(after, tf.math.add(skipped.snapshot(), skip(finite))));
  }

  private Operand<TFloat32> skip(Operand<TBool> finite) {
    return tf.select(finite, tf.constant(0f), tf.constant(1f));
  }
}
