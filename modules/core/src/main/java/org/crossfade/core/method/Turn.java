package org.crossfade.core.method;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * A value that a run computes with only when its turn has come.
 *
 * <p>Without turns TensorFlow works on all images of a step at once, and the activations of all of
 * them are alive together until the backward passes have used them. The official codes call {@code
 * backward} for the source before they look at the target; with the target's images waiting for
 * their turn a run does the same, in the same sums, with the activations of one domain at a time.
 *
 * <p>The value waits for a token in a queue, since whoever lets it pass is built after it: a
 * control dependency can only be given to an operation that is being created. Each run that reads
 * the value has to call the turn exactly once, or it waits for ever; {@link CompiledStep} does.
 */
final class Turn {
  private static final List<Class<? extends TType>> TOKEN = List.of(TInt32.class);

  private final Operand<? extends TType> queue;
  private final Op waiting;

  private Turn(Operand<? extends TType> queue, Op waiting) {
    this.queue = queue;
    this.waiting = waiting;
  }

  /** A value that waits, and its turn. */
  record Awaited<T extends TType>(Operand<T> value, Turn turn) {
    /** Makes {@code value} wait. */
    static <T extends TType> Awaited<T> of(Ops tf, Operand<T> value) {
      var queue = tf.io.fifoQueue(TOKEN);
      Ops later = tf.withControlDependencies(tf.io.queueDequeue(queue, TOKEN));
      Operand<T> waiting = later.identity(value);
      return new Awaited<>(waiting, new Turn(queue, waiting));
    }
  }

  /** Returns the operation that lets the value pass, once in a run, where {@code after} says. */
  Op call(Ops after) {
    return after.io.queueEnqueue(queue, List.of(after.constant(0)));
  }

  /** Returns whether one of {@code values} is computed from the value that waits. */
  boolean isReadBy(Collection<? extends Op> values) {
    return ancestors(values).contains((GraphOperation) waiting.op());
  }

  private static Set<GraphOperation> ancestors(Collection<? extends Op> values) {
    var seen = new HashSet<GraphOperation>();
    var open = new ArrayDeque<GraphOperation>();
    for (Op value : values) {
      open.push((GraphOperation) value.op());
    }
    while (!open.isEmpty()) {
      GraphOperation operation = open.pop();
      if (seen.add(operation)) {
        for (int i = 0; i < operation.numInputs(); i++) {
          open.push((GraphOperation) operation.input(i).op());
        }
        open.addAll(operation.controlInputs());
      }
    }
    return seen;
  }
}
