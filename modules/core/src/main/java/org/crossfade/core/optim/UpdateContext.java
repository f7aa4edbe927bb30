package org.crossfade.core.optim;

import java.util.List;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.graph.VariableStore;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Where an optimizer adds its operations.
 *
 * @param tf operations that run only after every gradient of the step is known, so that all updates
 *     of a step see the same snapshot, and after the parameters before this one have moved
 * @param store creates slots
 * @param update name of the update, part of its slots' names
 * @param stepsDone how many times the update was applied before, scalar
 */
public record UpdateContext(
    Ops tf, VariableStore store, String update, Operand<TFloat32> stepsDone) {

  /** Returns operations that wait for nothing: of rates and counters, which no update moves. */
  Ops scalars() {
    return tf.withControlDependencies(List.of());
  }

  /** Returns a new slot of {@code parameter}, zero at first: {@code optimizer.UPDATE.KIND.NAME}. */
  Variable slot(String kind, Variable parameter) {
    return store.create(
        new ParameterSpec(
            slotName(update, kind, parameter.name()),
            parameter.shape(),
            Initializer.zeros(),
            ParameterSpec.Kind.SLOT));
  }

  /**
   * Returns the role of an update's slots and counter: a phase that lists it among its initial
   * weights goes on with the optimizer of an earlier phase's update.
   */
  public static String role(String update) {
    return "optimizer." + update;
  }

  /** Returns the name of a slot. */
  public static String slotName(String update, String kind, String parameter) {
    return role(update) + "." + kind + "." + parameter;
  }

  /** Returns the name of the counter of an update. */
  public static String counterName(String update) {
    return role(update) + ".steps";
  }

  /** Returns the specification of the counter of an update. */
  public static ParameterSpec counter(String update) {
    return new ParameterSpec(
        counterName(update), Shape.scalar(), Initializer.zeros(), ParameterSpec.Kind.SLOT);
  }
}
