package org.crossfade.core.optim;

import org.crossfade.core.graph.Variable;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * How a gradient moves a parameter. Rates are fed in double precision; slots are ordinary named
 * variables, so checkpoints hold them.
 */
public sealed interface Optimizer permits Sgd, Adam {

  /**
   * Adds the operations that apply one update of one parameter.
   *
   * @param context of the update that the parameter belongs to
   * @param parameter the variable that moves
   * @param gradient of its shape
   * @param rate scalar
   * @param repeats how often the update is applied with this gradient, at least 1
   * @return the operation after which the parameter and its slots have moved
   */
  Op apply(
      UpdateContext context,
      Variable parameter,
      Operand<TFloat32> gradient,
      Operand<TFloat64> rate,
      int repeats);

  /** Returns this optimizer with its weight decay multiplied by {@code factor}. */
  Optimizer withDecayFactor(double factor);
}
