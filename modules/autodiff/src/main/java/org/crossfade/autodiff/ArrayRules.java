package org.crossfade.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/** Operations that move elements as a whole: other shapes and orders, repetition, joints. */
final class ArrayRules {
  private ArrayRules() {}

  static void register() {
    for (String type : new String[] {"Reshape", "ExpandDims", "Squeeze"}) {
      GradientRegistry.register(
          type,
          step ->
              step.give(
                  0, step.tf().reshape(step.gradient(0), Shapes.of(step.tf(), step.input(0)))),
          Linear.in(0));
    }
    GradientRegistry.register(
        "Transpose",
        step ->
            step.give(
                0,
                step.tf()
                    .linalg
                    .transpose(
                        step.gradient(0), Node.of(step.tf(), "InvertPermutation", step.input(1)))),
        Linear.in(0));
    GradientRegistry.register(
        "ReverseV2",
        step -> step.give(0, step.tf().reverse(step.gradient(0), step.input(1))),
        Linear.in(0));
    repetition();
    joints();
    blocks("SpaceToBatchND", "BatchToSpaceND");
    blocks("BatchToSpaceND", "SpaceToBatchND");
    Composed.register(
        "Gather", (tf, operation, in) -> List.of(tf.gather(in.get(0), in.get(1), tf.constant(0))));
    // Their native gradients are operations of the same kind; only the tangents are missing.
    GradientRegistry.registerTangent("GatherV2", Linear.in(0));
    GradientRegistry.registerTangent("GatherNd", Linear.in(0));
    GradientRegistry.registerTangent("ScatterNd", Linear.in(1));
    GradientRegistry.registerTangent("UnsortedSegmentSum", Linear.in(0));
    GradientRegistry.registerTangent("DepthToSpace", Linear.in(0));
    GradientRegistry.registerTangent("SpaceToDepth", Linear.in(0));
  }

  private static void repetition() {
    GradientRegistry.register(
        "BroadcastTo",
        step -> step.give(0, Shapes.sumTo(step.tf(), step.gradient(0), step.input(0))),
        Linear.in(0));
    GradientRegistry.register(
        "Fill", step -> step.give(1, Shapes.sumAll(step.tf(), step.gradient(0))), Linear.in(1));
    GradientRegistry.register("Tile", ArrayRules::tileBackward, Linear.in(0));
  }

  /** Axis i of y is m repetitions of axis i of x: split it in (m, length), and sum over m. */
  private static void tileBackward(BackwardStep step) {
    Ops tf = step.tf();
    Operand<TInt32> shape = tf.shape(step.input(0));
    Operand<TInt32> multiples = tf.dtypes.cast(step.input(1), TInt32.class);
    int rank = step.input(0).shape().numDimensions();
    int[] repeated = new int[rank];
    for (int i = 0; i < rank; i++) {
      repeated[i] = 2 * i;
    }
    Operand<TInt32> pairs =
        tf.reshape(
            tf.stack(List.of(multiples, shape), Stack.axis(1L)), tf.constant(new int[] {-1}));
    Operand<TNumber> sum = tf.reduceSum(tf.reshape(step.gradient(0), pairs), tf.constant(repeated));
    step.give(0, tf.reshape(sum, shape));
  }

  private static void joints() {
    GradientRegistry.register("ConcatV2", ArrayRules::concatBackward, Linear.inAllBut(1));
    GradientRegistry.register("Pack", ArrayRules::packBackward, Linear.inAllBut(0));
    GradientRegistry.register("Unpack", ArrayRules::unpackBackward, Linear.in(0));
    GradientRegistry.register(
        "Split", step -> step.give(1, joined(step, step.input(0))), Linear.in(1));
    GradientRegistry.register(
        "SplitV", step -> step.give(0, joined(step, step.input(2))), Linear.in(0));
  }

  private static void concatBackward(BackwardStep step) {
    Ops tf = step.tf();
    int parts = step.operation().numInputs() - 1;
    var arguments = new ArrayList<Operand<?>>();
    arguments.add(step.operation().input(parts));
    for (int i = 0; i < parts; i++) {
      arguments.add(tf.shape(step.input(i)));
    }
    GraphOperation offsets =
        Node.build(tf, "ConcatOffset", Map.of("N", Node.integer(parts)), arguments);
    for (int i = 0; i < parts; i++) {
      if (step.wants(i)) {
        Operand<TInt32> begin = offsets.<TInt32>output(i);
        step.give(i, tf.slice(step.gradient(0), begin, Shapes.of(tf, step.input(i))));
      }
    }
  }

  private static void packBackward(BackwardStep step) {
    int parts = step.operation().numInputs();
    var attributes = Node.attributes(step.operation(), Map.of("num", Node.integer(parts)));
    GraphOperation unpacked =
        Node.build(step.tf(), "Unpack", attributes, List.of(step.gradient(0)));
    for (int i = 0; i < parts; i++) {
      step.give(i, unpacked.output(i));
    }
  }

  private static void unpackBackward(BackwardStep step) {
    int parts = step.operation().numOutputs();
    var attributes = Node.attributes(step.operation(), Map.of("N", Node.integer(parts)));
    step.give(0, Node.build(step.tf(), "Pack", attributes, gradients(step, parts)).output(0));
  }

  private static Operand<TNumber> joined(BackwardStep step, Operand<TNumber> axis) {
    return step.tf().concat(gradients(step, step.operation().numOutputs()), axis);
  }

  private static List<Operand<TNumber>> gradients(BackwardStep step, int parts) {
    var gradients = new ArrayList<Operand<TNumber>>();
    for (int i = 0; i < parts; i++) {
      gradients.add(step.gradient(i));
    }
    return gradients;
  }

  private static void blocks(String type, String inverse) {
    GradientRegistry.register(
        type,
        step ->
            step.give(
                0, Node.of(step.tf(), inverse, step.gradient(0), step.input(1), step.input(2))),
        Linear.in(0));
  }
}
