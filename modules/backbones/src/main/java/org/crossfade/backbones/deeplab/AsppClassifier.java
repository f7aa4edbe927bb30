package org.crossfade.backbones.deeplab;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.ParameterSpec.Kind;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.MapSize;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * DeepLabV2's classifier: the sum of four 3x3 convolutions that dilate by 6, 12, 18 and 24, each
 * with a bias.
 *
 * @param name before {@code conv2d_list.I}: empty, or with its dot
 * @param inputs channels in
 * @param classes K
 * @param branches how many are summed, 2 or 4; the variables of the others exist, as in the
 *     published checkpoints, but are never read
 */
record AsppClassifier(String name, int inputs, int classes, int branches) {
  /** What the names of its branches begin with, behind its own. */
  static final String LIST = "conv2d_list.";

  private static final List<Integer> DILATIONS = List.of(6, 12, 18, 24);
  private static final int SIZE = 3;

  /**
   * Checks the number of summed branches.
   *
   * @throws IllegalArgumentException if it is neither 2 nor 4
   */
  static void requireBranches(int branches) {
    if (branches != 2 && branches != 4) {
      throw new IllegalArgumentException("aspp-branches must be 2 or 4, found " + branches);
    }
  }

  /** Returns the variables: kernels N(0, 0.01²), biases as PyTorch starts them. */
  List<ParameterSpec> parameters() {
    var specs = new ArrayList<ParameterSpec>();
    for (int i = 0; i < DILATIONS.size(); i++) {
      Kind kind = i < branches ? Kind.WEIGHT : Kind.FIXED;
      branch(i)
          .parameters(new Initializer.Normal(0.01), Initializer.pytorchDefault(3, inputs))
          .forEach(spec -> specs.add(spec.as(kind)));
    }
    return specs;
  }

  /**
   * Returns logits.
   *
   * <p>In one matrix product: all taps of all branches are 1x1 convolutions of the features, whose
   * answers are moved to where the taps look and summed. Convolutions that dilate by 18 and 24 and
   * have so few outputs take several times longer, their gradients thirty times.
   *
   * @param features [N, h, w, inputs]
   * @return [N, h, w, classes]
   */
  Operand<TFloat32> apply(Ops tf, Parameters parameters, Operand<TFloat32> features) {
    boolean known = MapSize.isKnown(features);
    int height = (int) features.shape().get(1);
    int width = (int) features.shape().get(2);
    Operand<TFloat32> answers =
        Precision.product(
            tf,
            features,
            taps(tf, parameters),
            (x, kernels) -> tf.nn.conv2d(x, kernels, List.of(1L, 1L, 1L, 1L), "VALID"));
    var summands = new ArrayList<Operand<TFloat32>>();
    int channel = 0;
    for (int i = 0; i < branches; i++) {
      int dilation = DILATIONS.get(i);
      for (int tap = 0; tap < SIZE * SIZE; tap++, channel += classes) {
        int down = (tap / SIZE - 1) * dilation;
        int right = (tap % SIZE - 1) * dilation;
        // A tap that looks past the features everywhere sees zeros alone.
        if (!known) {
          summands.add(movedOfAnySize(tf, answers, channel, down, right));
        } else if (Math.abs(down) < height && Math.abs(right) < width) {
          summands.add(moved(tf, answers, channel, down, right));
        }
      }
    }
    Operand<TFloat32> biases = tf.math.addN(each(i -> parameters.get(branch(i).name() + ".bias")));
    return tf.nn.biasAdd(tf.math.addN(summands), biases);
  }

  /** Returns the kernels as one of 1x1, [1, 1, inputs, branches·9·classes]. */
  private Operand<TFloat32> taps(Ops tf, Parameters parameters) {
    var inputsFirst = tf.constant(new int[] {2, 0, 1, 3});
    var pointwise = tf.constant(new int[] {1, 1, inputs, SIZE * SIZE * classes});
    return tf.concat(
        each(
            i -> {
              Operand<TFloat32> kernel = parameters.get(branch(i).name() + ".weight");
              return tf.reshape(tf.linalg.transpose(kernel, inputsFirst), pointwise);
            }),
        tf.constant(3));
  }

  /** Returns K channels of {@code x}, at each cell what lies so far below and to its right. */
  private Operand<TFloat32> moved(Ops tf, Operand<TFloat32> x, int channel, int down, int right) {
    int height = (int) x.shape().get(1) - Math.abs(down);
    int width = (int) x.shape().get(2) - Math.abs(right);
    Operand<TFloat32> seen =
        tf.slice(
            x,
            tf.constant(new int[] {0, Math.max(0, down), Math.max(0, right), channel}),
            tf.constant(new int[] {-1, height, width, classes}));
    int[][] margins = {
      {0, 0},
      {Math.max(0, -down), Math.max(0, down)},
      {Math.max(0, -right), Math.max(0, right)},
      {0, 0}
    };
    return tf.pad(seen, tf.constant(margins), tf.constant(0f));
  }

  /** The same where the run knows the size alone: zeros first, which no tap can look past. */
  private Operand<TFloat32> movedOfAnySize(
      Ops tf, Operand<TFloat32> x, int channel, int down, int right) {
    Operand<TFloat32> own =
        tf.slice(
            x,
            tf.constant(new int[] {0, 0, 0, channel}),
            tf.constant(new int[] {-1, -1, -1, classes}));
    int[][] margins = {
      {0, 0},
      {Math.max(0, -down), Math.max(0, down)},
      {Math.max(0, -right), Math.max(0, right)},
      {0, 0}
    };
    Operand<TInt32> size =
        tf.concat(
            List.of(
                tf.constant(new int[] {-1}), MapSize.of(tf, x), tf.constant(new int[] {classes})),
            tf.constant(0));
    return tf.slice(
        tf.pad(own, tf.constant(margins), tf.constant(0f)),
        tf.constant(new int[] {0, Math.max(0, down), Math.max(0, right), 0}),
        size);
  }

  private List<Operand<TFloat32>> each(IntFunction<Operand<TFloat32>> ofBranch) {
    return IntStream.range(0, branches).mapToObj(ofBranch).toList();
  }

  private Convolution branch(int i) {
    return Convolution.same(
        name + LIST + i, inputs, classes, SIZE, DILATIONS.get(i), /* bias= */ true);
  }
}
