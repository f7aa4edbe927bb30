package org.crossfade.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/** Fused batch normalisation, in training and in inference mode. */
final class NormalisationRules {
  private static final String FORWARD = "FusedBatchNormV3";
  private static final String GRADIENT = "FusedBatchNormGradV3";

  private NormalisationRules() {}

  static void register() {
    Composed forward = NormalisationRules::normalised;
    Composed gradient = NormalisationRules::gradients;
    GradientRegistry.register(FORWARD, step -> backward(step, forward), forward::forward);
    Composed.register(GRADIENT, gradient);
  }

  /** In training TensorFlow's fused gradient does it, unless the statistics are asked for too. */
  private static void backward(BackwardStep step, Composed forward) {
    boolean fused = isTraining(step.operation()) && step.hasGradient(0);
    for (int i = 1; i < step.operation().numOutputs(); i++) {
      fused &= !step.hasGradient(i);
    }
    if (!fused) {
      forward.backward(step);
      return;
    }
    var inputs = new ArrayList<Operand<?>>(List.of(step.gradient(0), step.input(0), step.input(1)));
    for (int i = 3; i < 6; i++) {
      inputs.add(step.output(i));
    }
    GraphOperation gradient =
        Node.build(step.tf(), GRADIENT, Node.attributes(step.operation()), inputs);
    for (int i = 0; i < 3; i++) {
      step.give(i, gradient.output(i));
    }
  }

  /**
   * y = γ(x − μ)/√(σ² + ε) + β with the statistics of the batch in training, and the given ones in
   * inference mode. The reported variance has Bessel's correction.
   */
  private static List<Operand<TNumber>> normalised(
      Ops tf, GraphOperation operation, List<Operand<TNumber>> in) {
    var layout = new Layout(tf, operation, in.get(0));
    boolean training = isTraining(operation);
    Operand<TNumber> x = in.get(0);
    Operand<TNumber> mean = training ? layout.mean(x) : layout.wide(in.get(3));
    Operand<TNumber> centred = tf.math.sub(x, mean);
    Operand<TNumber> variance =
        training ? layout.mean(tf.math.square(centred)) : layout.wide(in.get(4));
    Operand<TNumber> scale = tf.math.mul(layout.wide(in.get(1)), layout.inverseRoot(variance));
    Operand<TNumber> y = tf.math.add(tf.math.mul(centred, scale), layout.wide(in.get(2)));
    if (!training) {
      return Arrays.asList(y, in.get(3), in.get(4), null, null, null);
    }
    Operand<TNumber> one = Shapes.constant(tf, 1, x);
    Operand<TNumber> count = layout.count();
    Operand<TNumber> bessel = tf.math.div(count, tf.math.maximum(tf.math.sub(count, one), one));
    return Arrays.asList(
        y, layout.narrow(mean), tf.math.mul(layout.narrow(variance), bessel), null, null, null);
  }

  /**
   * The gradient ȳ of y pulled back, with x̂ = (x − μ)/√(σ² + ε): β̄ = Σ ȳ, γ̄ = Σ ȳ x̂, and x̄ =
   * γ/√(σ² + ε) · (ȳ − mean ȳ − x̂ mean(ȳ x̂)) in training, without the means in inference mode.
   */
  private static List<Operand<TNumber>> gradients(
      Ops tf, GraphOperation operation, List<Operand<TNumber>> in) {
    Operand<TNumber> g = in.get(0);
    Operand<TNumber> x = in.get(1);
    var layout = new Layout(tf, operation, x);
    boolean training = isTraining(operation);
    Operand<TNumber> mean = training ? layout.mean(x) : layout.wide(in.get(3));
    Operand<TNumber> centred = tf.math.sub(x, mean);
    Operand<TNumber> variance =
        training ? layout.mean(tf.math.square(centred)) : layout.wide(in.get(4));
    Operand<TNumber> root = layout.inverseRoot(variance);
    Operand<TNumber> unit = tf.math.mul(centred, root);
    Operand<TNumber> product = tf.math.mul(g, unit);
    Operand<TNumber> inner = g;
    if (training) {
      inner = tf.math.sub(tf.math.sub(g, layout.mean(g)), tf.math.mul(unit, layout.mean(product)));
    }
    Operand<TNumber> toX = tf.math.mul(inner, tf.math.mul(layout.wide(in.get(2)), root));
    return Arrays.asList(
        toX, layout.narrow(layout.sum(product)), layout.narrow(layout.sum(g)), null, null);
  }

  private static boolean isTraining(GraphOperation operation) {
    return operation.attributes().getAttrBool("is_training");
  }

  /** Where the channels are, and reductions over all the rest. */
  private static final class Layout {
    private final Ops tf;
    private final Operand<TNumber> x;
    private final boolean channelsLast;
    private final int[] others;
    private final float epsilon;

    Layout(Ops tf, GraphOperation operation, Operand<TNumber> x) {
      this.tf = tf;
      this.x = x;
      this.channelsLast = operation.attributes().getAttrString("data_format").equals("NHWC");
      this.others = channelsLast ? new int[] {0, 1, 2} : new int[] {0, 2, 3};
      this.epsilon = operation.attributes().getAttrFloat("epsilon");
    }

    Operand<TNumber> mean(Operand<TNumber> value) {
      return tf.math.div(sum(value), count());
    }

    Operand<TNumber> sum(Operand<TNumber> value) {
      return tf.reduceSum(value, tf.constant(others), ReduceSum.keepDims(true));
    }

    /** Returns how many elements a channel has. */
    Operand<TNumber> count() {
      Operand<TInt32> lengths = tf.gather(Shapes.of(tf, x), tf.constant(others), tf.constant(0));
      return tf.dtypes.cast(tf.prod(lengths, tf.constant(0)), x.asOutput().type());
    }

    Operand<TNumber> inverseRoot(Operand<TNumber> variance) {
      return tf.math.rsqrt(tf.math.add(variance, Shapes.constant(tf, epsilon, variance)));
    }

    /** Returns [C] as it is broadcast against images. */
    Operand<TNumber> wide(Operand<TNumber> channels) {
      return channelsLast ? channels : tf.reshape(channels, tf.constant(new int[] {1, -1, 1, 1}));
    }

    /** Returns one value a channel as [C]. */
    Operand<TNumber> narrow(Operand<TNumber> kept) {
      return tf.reshape(kept, tf.constant(new int[] {-1}));
    }
  }
}
