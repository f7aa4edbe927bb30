package org.crossfade.metapix;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.fcn.Fcn8s;
import org.crossfade.backbones.unet.UNet;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.Domain;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.FullyConnected;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * The small networks of the cases {@code gradient.metapix}. They compute in the precision of what
 * they are fed, whatever the static types say, so that gradients can be compared in float64.
 */
final class TinyNetworks {
  private static final List<Long> STRIDE = List.of(1L, 1L, 1L, 1L);

  private TinyNetworks() {}

  /** The same values in double precision; the static type stays that of the networks. */
  @SuppressWarnings("unchecked")
  static Operand<TFloat32> inDoublePrecision(Ops tf, Operand<TFloat32> x) {
    return (Operand<TFloat32>) (Operand<?>) tf.dtypes.cast(x, TFloat64.class);
  }

  private static Operand<TFloat32> convolution(
      Ops tf, Parameters p, String name, Operand<TFloat32> x) {
    return tf.nn.biasAdd(
        tf.nn.conv2d(x, p.get(name + ".weight"), STRIDE, "SAME"), p.get(name + ".bias"));
  }

  /**
   * θ: convolution, rectifier, pooling, convolution, rectifier, resize to the input, scores.
   *
   * @param stems 1, or 2: a first convolution for each domain
   * @param way whose first convolution
   * @param rectified whether scores are cut at 0
   */
  record Segmenter(int stems, Domain way, boolean rectified, int classes)
      implements SegmentationNetwork {
    @Override
    public Prediction answer(Forward forward, Parameters p, Operand<TFloat32> images) {
      Ops tf = forward.tf();
      String stem = stems == 1 ? "conv1" : way == Domain.SOURCE ? "conv1a" : "conv1b";
      Operand<TFloat32> x = tf.nn.relu(convolution(tf, p, stem, images));
      FullyConnected second = fullyConnected(p).get(0);
      FullyConnected last = fullyConnected(p).get(1);
      Map<String, Operand<TFloat32>> inputs = new LinkedHashMap<>();
      x = pooled(tf, x);
      inputs.put(second.name() + Fcn8s.INPUT, x);
      x = tf.nn.relu(second.apply(tf, p, x));
      int height = (int) images.shape().get(1);
      int width = (int) images.shape().get(2);
      x = resized(tf, resized(tf, x, 1, height, "nhwc,Hh->nHwc"), 2, width, "nhwc,Ww->nhWc");
      inputs.put(last.name() + Fcn8s.INPUT, x);
      Operand<TFloat32> score = last.apply(tf, p, x);
      return new Prediction(rectified ? tf.nn.relu(score) : score, x, Optional.empty(), inputs);
    }

    /** The second and the last layer, whose steps may stay outer products. */
    static List<FullyConnected> fullyConnected(Parameters p) {
      return List.of(fullyConnected(p, "conv2"), fullyConnected(p, "score"));
    }

    private static FullyConnected fullyConnected(Parameters p, String name) {
      long[] shape = p.get(name + ".weight").shape().asArray();
      return new FullyConnected(
          Convolution.same(
              name, (int) shape[2], (int) shape[3], (int) shape[0], 1, /* bias= */ true));
    }

    /** 2x2, rounded up; behind a rectifier zeros are as good as nothing. */
    private static Operand<TFloat32> pooled(Ops tf, Operand<TFloat32> x) {
      int rows = (int) (x.shape().get(1) % 2);
      int columns = (int) (x.shape().get(2) % 2);
      Operand<TFloat32> padded =
          tf.pad(
              x,
              tf.constant(new int[][] {{0, 0}, {0, rows}, {0, columns}, {0, 0}}),
              tf.dtypes.cast(tf.constant(0), x.type()));
      return tf.nn.maxPool(
          padded,
          tf.constant(new int[] {1, 2, 2, 1}),
          tf.constant(new int[] {1, 2, 2, 1}),
          "VALID");
    }

    /** Bilinear with aligned corners, as a product: TensorFlow's own is of single precision. */
    private static Operand<TFloat32> resized(
        Ops tf, Operand<TFloat32> x, int axis, int size, String equation) {
      int from = (int) x.shape().get(axis);
      double[][] matrix = new double[size][from];
      for (int i = 0; i < size; i++) {
        double at = size == 1 ? 0 : (double) i * (from - 1) / (size - 1);
        int below = Math.min((int) at, from - 1);
        int above = Math.min(below + 1, from - 1);
        matrix[i][below] += 1 - (at - below);
        matrix[i][above] += at - below;
      }
      Operand<TFloat32> weights = tf.dtypes.cast(tf.constant(matrix), x.type());
      return tf.linalg.einsum(List.of(x, weights), equation);
    }

    @Override
    public String name() {
      return "tiny";
    }

    @Override
    public int featureChannels() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Normalisation normalisation() {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<ParameterSpec> parameters() {
      throw new UnsupportedOperationException();
    }

    @Override
    public NamePattern head() {
      throw new UnsupportedOperationException();
    }

    @Override
    public SegmentationNetwork withBatchNorm(BatchNorm.Mode mode) {
      return this;
    }
  }

  /**
   * φ: convolution, rectifier, convolution, softmax.
   *
   * @param channel of the softmax that is the weight
   */
  record Weighting(int classes, int channel) implements SourceWeighting {
    @Override
    public List<ParameterSpec> parameters() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Operand<TFloat32> weights(
        Ops tf, Parameters p, Operand<TFloat32> images, Operand<TInt32> labels) {
      Operand<TFloat32> x = UNet.withLabels(tf, images, labels, classes);
      x = tf.nn.relu(convolution(tf, p, "conv1", x));
      Operand<TFloat32> w =
          tf.slice(
              tf.nn.softmax(convolution(tf, p, "out", x)),
              tf.constant(new int[] {0, 0, 0, channel}),
              tf.constant(new int[] {-1, -1, -1, 1}));
      return tf.squeeze(w, Squeeze.axis(List.of(3L)));
    }
  }
}
