package org.crossfade.autodiff;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/** Reductions along axes. */
final class ReductionRules {
  private ReductionRules() {}

  static void register() {
    GradientRegistry.register("Sum", step -> step.give(0, spread(step)), Linear.in(0));
    GradientRegistry.register(
        "Mean", step -> step.give(0, step.tf().math.div(spread(step), count(step))), Linear.in(0));
    for (String type : new String[] {"Max", "Min"}) {
      GradientRegistry.register(
          type,
          step -> step.give(0, step.tf().math.mul(share(step), kept(step, step.gradient(0)))),
          ReductionRules::extremeForward);
    }
    GradientRegistry.register(
        "L2Loss",
        step -> step.give(0, step.tf().math.mul(step.input(0), step.gradient(0))),
        step ->
            step.give(
                0, Shapes.sumAll(step.tf(), step.tf().math.mul(step.input(0), step.tangent(0)))));
    GradientRegistry.register("Cumsum", ReductionRules::cumsumBackward, Linear.in(0));
  }

  /** Returns the gradient of a reduction, repeated along the reduced axes. */
  private static Operand<TNumber> spread(BackwardStep step) {
    return Shapes.broadcastTo(step.tf(), kept(step, step.gradient(0)), step.input(0));
  }

  private static Operand<TNumber> kept(OperationStep step, Operand<TNumber> reduced) {
    return Shapes.keepReduced(step.tf(), step.operation(), reduced);
  }

  /** Returns how many elements a mean is over, a scalar. */
  private static Operand<TNumber> count(OperationStep step) {
    Shape from = step.input(0).shape();
    Shape to = step.output(0).shape();
    if (Shapes.isKnown(from) && Shapes.isKnown(to)) {
      return step.constant((double) from.size() / Math.max(1, to.size()), step.output(0));
    }
    Ops tf = step.tf();
    Class<TNumber> type = step.output(0).asOutput().type();
    return tf.math.div(
        tf.dtypes.cast(tf.size(step.input(0)), type),
        tf.dtypes.cast(tf.math.maximum(tf.size(step.output(0)), tf.constant(1)), type));
  }

  /** Returns 1/m at the m elements that are the extreme of their group, 0 elsewhere. */
  private static Operand<TNumber> share(OperationStep step) {
    Ops tf = step.tf();
    Operand<TNumber> x = step.input(0);
    Operand<TNumber> extreme =
        tf.dtypes.cast(tf.math.equal(x, kept(step, step.output(0))), x.asOutput().type());
    Operand<TNumber> ties = tf.reduceSum(extreme, axes(step), ReduceSum.keepDims(true));
    return tf.math.div(extreme, ties);
  }

  private static void extremeForward(ForwardStep step) {
    Ops tf = step.tf();
    step.give(
        0,
        tf.reduceSum(
            tf.math.mul(share(step), step.tangent(0)),
            axes(step),
            ReduceSum.keepDims(step.operation().attributes().getAttrBool("keep_dims"))));
  }

  private static Operand<TInt32> axes(OperationStep step) {
    return step.tf().dtypes.cast(step.input(1), TInt32.class);
  }

  private static void cumsumBackward(BackwardStep step) {
    boolean reverse = step.operation().attributes().getAttrBool("reverse");
    var flipped = Node.attributes(step.operation(), Map.of("reverse", Node.bool(!reverse)));
    step.give(
        0,
        Node.build(step.tf(), "Cumsum", flipped, List.of(step.gradient(0), step.input(1)))
            .output(0));
  }
}
