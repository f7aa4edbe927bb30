package org.crossfade.autodiff;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/** Operations that cut out a part, or put something around. */
final class SliceRules {
  private SliceRules() {}

  static void register() {
    GradientRegistry.register("Slice", SliceRules::sliceBackward, Linear.in(0));
    GradientRegistry.register(
        "StridedSlice",
        step ->
            step.give(
                0,
                Node.like(
                    step.tf(),
                    "StridedSliceGrad",
                    step.operation(),
                    shapeLike(step, step.input(0), step.input(1)),
                    step.input(1),
                    step.input(2),
                    step.input(3),
                    step.gradient(0))),
        Linear.in(0));
    GradientRegistry.register(
        "StridedSliceGrad",
        step ->
            step.give(
                4,
                Node.like(
                    step.tf(),
                    "StridedSlice",
                    step.operation(),
                    step.gradient(0),
                    step.input(1),
                    step.input(2),
                    step.input(3))),
        Linear.in(4));
    GradientRegistry.register("Pad", step -> step.give(0, unpadded(step)), Linear.in(0));
    GradientRegistry.register("PadV2", SliceRules::padBackward, Linear.in(0, 2));
    mirror("MirrorPad", "MirrorPadGrad");
    mirror("MirrorPadGrad", "MirrorPad");
  }

  /** The gradient of a part is padded with zeros to the whole. */
  private static void sliceBackward(BackwardStep step) {
    Ops tf = step.tf();
    Operand<TInt64> begin = tf.dtypes.cast(step.input(1), TInt64.class);
    Operand<TInt64> whole = tf.shape(step.input(0), TInt64.class);
    Operand<TInt64> part = tf.shape(step.output(0), TInt64.class);
    Operand<TInt64> behind = tf.math.sub(whole, tf.math.add(begin, part));
    Operand<TInt64> pads = tf.stack(List.of(begin, behind), Stack.axis(1L));
    Operand<TNumber> padded = tf.pad(step.gradient(0), pads, step.constant(0, step.gradient(0)));
    step.give(
        0,
        Shapes.isKnown(step.input(0).shape())
            ? tf.ensureShape(padded, step.input(0).shape())
            : padded);
  }

  /** The part that was there before the padding; the padding's constant gets all the rest. */
  private static void padBackward(BackwardStep step) {
    Ops tf = step.tf();
    step.give(0, unpadded(step));
    if (step.wants(2)) {
      step.give(
          2, tf.math.sub(Shapes.sumAll(tf, step.gradient(0)), Shapes.sumAll(tf, unpadded(step))));
    }
  }

  private static Operand<TNumber> unpadded(BackwardStep step) {
    Ops tf = step.tf();
    int rank = step.input(0).shape().numDimensions();
    Operand<TNumber> pads = step.input(1);
    Operand<TNumber> before =
        tf.reshape(
            tf.slice(pads, tf.constant(new int[] {0, 0}), tf.constant(new int[] {rank, 1})),
            tf.constant(new int[] {rank}));
    return tf.slice(step.gradient(0), before, shapeLike(step, step.input(0), pads));
  }

  /** Returns the shape of {@code x} in the element type of other integers. */
  private static Operand<TNumber> shapeLike(
      OperationStep step, Operand<TNumber> x, Operand<TNumber> integers) {
    Ops tf = step.tf();
    return Node.number(
        integers.asOutput().dataType() == DataType.DT_INT64
            ? tf.shape(x, TInt64.class)
            : Shapes.of(tf, x));
  }

  private static void mirror(String type, String transposed) {
    GradientRegistry.register(
        type,
        step ->
            step.give(
                0,
                Node.like(
                    step.tf(), transposed, step.operation(), step.gradient(0), step.input(1))),
        Linear.in(0));
  }
}
