package org.crossfade.autodiff;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.crossfade.autodiff.DerivativeCheck.Function;
import org.crossfade.autodiff.DerivativeCheck.Precision;
import org.crossfade.autodiff.RulesTest.Case;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.image.ResizeBicubic;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.op.image.ResizeNearestNeighbor;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.nn.BiasAdd;
import org.tensorflow.op.nn.Conv2d;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;

/** The operations of networks, on shapes that are symmetric in nothing. */
final class NetworkCases {
  private static final Shape IMAGE = Shape.of(2, 4, 5, 3);

  private final List<Case> cases = new ArrayList<>();

  private NetworkCases() {}

  static List<Case> all() {
    var cases = new NetworkCases();
    cases.convolutions();
    cases.biases();
    cases.pools();
    cases.resizes();
    cases.norms();
    cases.crossEntropies();
    return cases.cases;
  }

  private void convolutions() {
    for (String padding : List.of("SAME", "VALID")) {
      for (long stride : new long[] {1, 2}) {
        add("Conv2D", (tf, x) -> conv(tf, x, stride, 1, padding), IMAGE, Shape.of(3, 2, 3, 2));
        add(
            "DepthwiseConv2dNative",
            (tf, x) ->
                tf.nn.depthwiseConv2dNative(
                    x.get(0), x.get(1), List.of(1L, stride, stride, 1L), padding),
            IMAGE,
            Shape.of(3, 2, 3, 2));
      }
      add(
          "Conv2D dilated",
          "Conv2D",
          (tf, x) -> conv(tf, x, 1, 2, padding),
          Precision.DOUBLE,
          Shape.of(1, 5, 6, 3),
          Shape.of(3, 2, 3, 2));
      add(
          "Conv2D dilated, single precision",
          "Conv2D",
          (tf, x) -> {
            var narrow = List.of(single(tf, x.get(0)), single(tf, x.get(1)));
            return wide(tf, conv(tf, narrow, 1, 2, padding));
          },
          Precision.LINEAR,
          Shape.of(1, 5, 6, 3),
          Shape.of(3, 2, 3, 2));
    }
    explicitPadding();
  }

  private void explicitPadding() {
    for (long stride : new long[] {1, 2}) {
      var options =
          new Conv2d.Options[] {Conv2d.explicitPaddings(List.of(0L, 0L, 1L, 2L, 2L, 0L, 0L, 0L))};
      var strides = List.of(1L, stride, stride, 1L);
      Function function = (tf, x) -> tf.nn.conv2d(x.get(0), x.get(1), strides, "EXPLICIT", options);
      add("Conv2D", function, IMAGE, Shape.of(3, 2, 3, 2));
      add(
          "Conv2D padded, single precision",
          "Conv2D",
          (tf, x) ->
              wide(
                  tf,
                  tf.nn.conv2d(
                      single(tf, x.get(0)), single(tf, x.get(1)), strides, "EXPLICIT", options)),
          Precision.LINEAR,
          Shape.of(1, 4, 5, 3),
          Shape.of(3, 2, 3, 2));
    }
  }

  private static <T extends TNumber> Operand<T> conv(
      Ops tf, List<Operand<T>> x, long stride, long dilation, String padding) {
    return tf.nn.conv2d(
        x.get(0),
        x.get(1),
        List.of(1L, stride, stride, 1L),
        padding,
        Conv2d.dilations(List.of(1L, dilation, dilation, 1L)));
  }

  private void biases() {
    add("BiasAdd", (tf, x) -> tf.nn.biasAdd(x.get(0), x.get(1)), IMAGE, Shape.of(3));
    add(
        "BiasAdd",
        (tf, x) -> tf.nn.biasAdd(x.get(0), x.get(1), BiasAdd.dataFormat("NCHW")),
        IMAGE,
        Shape.of(4));
  }

  /** Behind an exponential: TensorFlow's kernel can write over tangents that are no constants. */
  private void pools() {
    for (String padding : List.of("SAME", "VALID")) {
      for (int stride : new int[] {1, 2}) {
        add(
            "MaxPoolV2",
            (tf, x) ->
                tf.nn.maxPool(
                    tf.math.exp(x.get(0)),
                    tf.constant(new int[] {1, 3, 2, 1}),
                    tf.constant(new int[] {1, stride, stride, 1}),
                    padding),
            IMAGE);
        add(
            "MaxPool",
            (tf, x) ->
                Node.build(
                        tf,
                        "MaxPool",
                        Map.of(
                            "ksize",
                            integers(1, 3, 2, 1),
                            "strides",
                            integers(1, stride, stride, 1),
                            "padding",
                            AttrValue.newBuilder().setS(ByteString.copyFromUtf8(padding)).build()),
                        List.of(tf.math.exp(x.get(0))))
                    .output(0)
                    .expect(TFloat64.class),
            IMAGE);
        add(
            "AvgPool",
            (tf, x) ->
                tf.nn.avgPool(
                    x.get(0),
                    List.of(1L, 3L, 2L, 1L),
                    List.of(1L, (long) stride, (long) stride, 1L),
                    padding),
            IMAGE);
      }
    }
  }

  private void resizes() {
    int[][] sizes = {{7, 11}, {1, 4}};
    boolean[][] conventions = {{false, false}, {true, false}, {false, true}};
    for (int[] size : sizes) {
      for (boolean[] corners : conventions) {
        linear(
            "ResizeBilinear",
            (tf, x) ->
                wide(
                    tf,
                    tf.image.resizeBilinear(
                        x.get(0),
                        tf.constant(size),
                        ResizeBilinear.alignCorners(corners[0]),
                        ResizeBilinear.halfPixelCenters(corners[1]))));
        linear(
            "ResizeBicubic",
            (tf, x) ->
                wide(
                    tf,
                    tf.image.resizeBicubic(
                        x.get(0),
                        tf.constant(size),
                        ResizeBicubic.alignCorners(corners[0]),
                        ResizeBicubic.halfPixelCenters(corners[1]))));
        add(
            "ResizeNearestNeighbor",
            (tf, x) ->
                tf.image.resizeNearestNeighbor(
                    x.get(0),
                    tf.constant(size),
                    ResizeNearestNeighbor.alignCorners(corners[0]),
                    ResizeNearestNeighbor.halfPixelCenters(corners[1])),
            IMAGE);
      }
    }
  }

  private void norms() {
    Shape channels = Shape.of(3);
    cases.add(
        new Case(
            "FusedBatchNormV3 in training",
            "FusedBatchNormV3",
            (tf, x) -> wide(tf, norm(tf, x, true).y()),
            Precision.SINGLE,
            0.5,
            2,
            List.of(IMAGE, channels, channels)));
    cases.add(
        new Case(
            "FusedBatchNormV3 in training, its statistics",
            "FusedBatchNormV3",
            (tf, x) -> {
              var normalised = norm(tf, x, true);
              return wide(
                  tf,
                  tf.math.add(
                      tf.math.mul(normalised.y(), normalised.batchMean()),
                      normalised.batchVariance()));
            },
            Precision.SINGLE,
            0.5,
            2,
            List.of(Shape.of(2, 3, 2, 3), channels, channels)));
    cases.add(
        new Case(
            "FusedBatchNormV3 in inference mode",
            "FusedBatchNormV3",
            (tf, x) -> wide(tf, norm(tf, x, false).y()),
            Precision.SINGLE,
            0.5,
            2,
            List.of(Shape.of(2, 3, 2, 3), channels, channels, channels, channels)));
    add("Rsqrt", NetworkCases::layerNorm, Shape.of(2, 3, 4), Shape.of(4), Shape.of(4));
  }

  private static FusedBatchNorm<TFloat32, TFloat32> norm(
      Ops tf, List<Operand<TFloat64>> x, boolean training) {
    Operand<TFloat32> empty = tf.constant(new float[0]);
    return tf.nn.fusedBatchNorm(
        single(tf, x.get(0)),
        single(tf, x.get(1)),
        single(tf, x.get(2)),
        training ? empty : single(tf, x.get(3)),
        training ? empty : single(tf, x.get(4)),
        FusedBatchNorm.epsilon(1e-3f),
        FusedBatchNorm.isTraining(training));
  }

  private static Operand<TFloat64> layerNorm(Ops tf, List<Operand<TFloat64>> x) {
    var keep = Mean.keepDims(true);
    Operand<TFloat64> mean = tf.math.mean(x.get(0), tf.constant(-1), keep);
    Operand<TFloat64> variance =
        tf.math.mean(tf.math.squaredDifference(x.get(0), mean), tf.constant(-1), keep);
    Operand<TFloat64> unit =
        tf.math.mul(
            tf.math.sub(x.get(0), mean), tf.math.rsqrt(tf.math.add(variance, tf.constant(1e-3))));
    return tf.math.add(tf.math.mul(unit, x.get(1)), x.get(2));
  }

  private void crossEntropies() {
    add(
        "SparseSoftmaxCrossEntropyWithLogits",
        (tf, x) ->
            tf.nn
                .sparseSoftmaxCrossEntropyWithLogits(x.get(0), tf.constant(new int[] {2, 0, 3}))
                .loss(),
        Shape.of(3, 4));
    add(
        "SparseSoftmaxCrossEntropyWithLogits",
        (tf, x) -> {
          var both =
              tf.nn.sparseSoftmaxCrossEntropyWithLogits(x.get(0), tf.constant(new int[] {2, 0, 3}));
          return tf.math.mul(tf.expandDims(both.loss(), tf.constant(1)), both.backprop());
        },
        Shape.of(3, 4));
    add(
        "SoftmaxCrossEntropyWithLogits",
        (tf, x) -> tf.nn.softmaxCrossEntropyWithLogits(x.get(0), tf.nn.softmax(x.get(1))).loss(),
        Shape.of(3, 4),
        Shape.of(3, 4));
    add(
        "SoftmaxCrossEntropyWithLogits",
        (tf, x) -> {
          var both = tf.nn.softmaxCrossEntropyWithLogits(x.get(0), tf.nn.softmax(x.get(1)));
          return tf.math.mul(tf.expandDims(both.loss(), tf.constant(1)), both.backprop());
        },
        Shape.of(3, 4),
        Shape.of(1, 4));
  }

  private void linear(String type, Function function) {
    add(type, type, function, Precision.LINEAR, IMAGE);
  }

  private void add(String type, Function function, Shape... shapes) {
    add(type, type, function, Precision.DOUBLE, shapes);
  }

  private void add(
      String name, String type, Function function, Precision precision, Shape... shapes) {
    cases.add(new Case(name, type, function, precision, -2, 2, Arrays.asList(shapes)));
  }

  private static AttrValue integers(long... values) {
    var list = AttrValue.ListValue.newBuilder();
    for (long value : values) {
      list.addI(value);
    }
    return AttrValue.newBuilder().setList(list).build();
  }

  private static Operand<TFloat32> single(Ops tf, Operand<TFloat64> x) {
    return tf.dtypes.cast(x, TFloat32.class);
  }

  private static Operand<TFloat64> wide(Ops tf, Operand<TFloat32> x) {
    return tf.dtypes.cast(x, TFloat64.class);
  }
}
