package org.crossfade.autodiff;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/** Pooling of images. */
final class PoolingRules {
  private PoolingRules() {}

  static void register() {
    pool("MaxPoolV2", "MaxPoolGradV2", "MaxPoolGradGradV2");
    pool("MaxPool", "MaxPoolGrad", "MaxPoolGradGrad");
    GradientRegistry.register(
        "AvgPool",
        step ->
            step.give(
                0,
                Node.like(
                    step.tf(),
                    "AvgPoolGrad",
                    step.operation(),
                    Shapes.of(step.tf(), step.input(0)),
                    step.gradient(0))),
        Linear.in(0));
    GradientRegistry.register(
        "AvgPoolGrad",
        step -> step.give(1, Node.like(step.tf(), "AvgPool", step.operation(), step.gradient(0))),
        Linear.in(1));
  }

  /**
   * Max pooling reads each window at its largest element. The gradient scatters there, its own
   * gradient gathers from there: the same as the tangent does. All are flat in what chooses the
   * element, almost everywhere.
   *
   * @param forward takes x, and where the type has them as inputs the window and the stride
   * @param scatter takes x, y, what to scatter, and the same
   * @param gather takes x, y, what to gather, and the same
   */
  private static void pool(String forward, String scatter, String gather) {
    GradientRegistry.register(
        forward,
        step -> {
          var pool = new Pool(step, step.input(0), step.output(0), 1);
          step.give(0, pool.of(scatter, step.gradient(0)));
        },
        step -> {
          var pool = new Pool(step, step.input(0), step.output(0), 1);
          step.give(0, pool.gathered(gather, step.tangent(0)));
        });
    GradientRegistry.register(
        scatter,
        step -> {
          var pool = new Pool(step, step.input(0), step.input(1), 3);
          step.give(2, pool.gathered(gather, step.gradient(0)));
        },
        Linear.in(2));
    GradientRegistry.register(
        gather,
        step -> {
          var pool = new Pool(step, step.input(0), step.input(1), 3);
          step.give(2, pool.of(scatter, step.gradient(0)));
        },
        Linear.in(2));
  }

  /**
   * One max pooling.
   *
   * @param x what is pooled
   * @param y the maxima
   * @param parameters the input that holds the window, if the operation has it as an input
   */
  private record Pool(OperationStep step, Operand<TNumber> x, Operand<TNumber> y, int parameters) {
    Operand<TNumber> of(String type, Operand<TNumber> t) {
      return apply(type, step.operation(), Map.of(), x, t);
    }

    /**
     * Returns t at the largest element of each window.
     *
     * <p>TensorFlow's kernel may write its result over t, and clears it first, where both have the
     * same shape: stride 1 with padding {@code SAME}. There the padding is done in front, so that
     * the shapes differ; only windows of one element, which pool nothing, still have the same.
     */
    Operand<TNumber> gathered(String type, Operand<TNumber> t) {
      boolean differ =
          Shapes.isKnown(x.shape()) && Shapes.isKnown(y.shape()) && !x.shape().equals(y.shape());
      var attributes = step.operation().attributes();
      boolean same = attributes.getAttrString("padding").equals("SAME");
      if (differ || !same || !attributes.getAttrString("data_format").equals("NHWC")) {
        return of(type, t);
      }
      Ops tf = step.tf();
      Operand<TInt32> pads = pads(tf);
      double lowest = x.asOutput().dataType() == DataType.DT_DOUBLE ? -1e308 : -3e38;
      AttrValue valid = AttrValue.newBuilder().setS(ByteString.copyFromUtf8("VALID")).build();
      return apply(
          type,
          step.operation(),
          Map.of("padding", valid),
          tf.pad(x, pads, step.constant(lowest, x)),
          tf.pad(t, pads, step.constant(0, t)));
    }

    /** Returns the rows and columns of padding that SAME stands for, [4, 2]. */
    private Operand<TInt32> pads(Ops tf) {
      Operand<TInt32> zero = tf.constant(new int[4]);
      Operand<TInt32> one = tf.constant(new int[] {1, 1, 1, 1});
      Operand<TInt32> reach =
          tf.math.add(
              tf.math.mul(tf.math.sub(Shapes.of(tf, y), one), integers("strides", parameters + 1)),
              integers("ksize", parameters));
      Operand<TInt32> total = tf.math.maximum(tf.math.sub(reach, Shapes.of(tf, x)), zero);
      Operand<TInt32> before = tf.math.floorDiv(total, tf.constant(2));
      return tf.stack(List.of(before, tf.math.sub(total, before)), Stack.axis(1L));
    }

    private Operand<TInt32> integers(String attribute, int input) {
      if (isParameterised()) {
        return step.tf().dtypes.cast(step.input(input), TInt32.class);
      }
      long[] values = step.operation().attributes().getAttrIntList(attribute);
      return step.tf().constant(Arrays.stream(values).mapToInt(Math::toIntExact).toArray());
    }

    private boolean isParameterised() {
      return step.operation().numInputs() > parameters;
    }

    private Operand<TNumber> apply(
        String type,
        GraphOperation operation,
        Map<String, AttrValue> other,
        Operand<TNumber> pooled,
        Operand<TNumber> t) {
      var inputs = new ArrayList<Operand<?>>(List.of(pooled, y, t));
      if (isParameterised()) {
        inputs.add(step.input(parameters));
        inputs.add(step.input(parameters + 1));
      }
      var attributes = Node.attributes(operation, other);
      return Node.number(Node.build(step.tf(), type, attributes, inputs).output(0));
    }
  }
}
