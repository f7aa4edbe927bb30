package org.crossfade.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.DepthwiseConvolution;
import org.crossfade.core.nn.Gelu;
import org.crossfade.core.nn.LayerNorm;
import org.crossfade.core.nn.Linear;
import org.crossfade.core.nn.MapSize;
import org.crossfade.core.nn.MaxPool;
import org.crossfade.onnx.GraphTranslation.Port;
import org.crossfade.weights.FormulaWeights;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.nn.Conv2d;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * Every operation that is translated answers random numbers in ONNX Runtime as in TensorFlow, where
 * the graph knows the size and where only the run does.
 */
class OperationsTest {
  private static final int C = 4;
  private static final long UNKNOWN = Shape.UNKNOWN_SIZE;
  private static final List<Long> ONE = List.of(1L, 1L, 1L, 1L);
  private static final List<Long> TWO = List.of(1L, 2L, 2L, 1L);

  private interface Case extends BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> {}

  private static Map<String, Case> cases() {
    var cases = new LinkedHashMap<String, Case>();
    windows(cases);
    moves(cases);
    arithmetic(cases);
    return cases;
  }

  private static void windows(Map<String, Case> cases) {
    cases.put("Conv2D SAME", (tf, x) -> tf.nn.conv2d(x, weight(tf, 3, 3, C, 5), ONE, "SAME"));
    cases.put(
        "Conv2D SAME stride", (tf, x) -> tf.nn.conv2d(x, weight(tf, 3, 3, C, 5), TWO, "SAME"));
    cases.put(
        "Conv2D SAME even kernel", (tf, x) -> tf.nn.conv2d(x, weight(tf, 4, 2, C, 5), ONE, "SAME"));
    cases.put("Conv2D VALID", (tf, x) -> tf.nn.conv2d(x, weight(tf, 3, 3, C, 5), TWO, "VALID"));
    cases.put(
        "Conv2D SAME dilated",
        (tf, x) ->
            tf.nn.conv2d(
                x, weight(tf, 3, 3, C, 5), ONE, "SAME", Conv2d.dilations(List.of(1L, 2L, 3L, 1L))));
    cases.put(
        "Conv2D behind Pad",
        (tf, x) ->
            new Convolution("c", C, 5, 7, 2, 3, 1, /* bias= */ true)
                .apply(tf, parameters(tf, "c", 7, 7, C, 5), x));
    cases.put(
        "DepthwiseConv2dNative",
        (tf, x) -> tf.nn.depthwiseConv2dNative(x, weight(tf, 3, 3, C, 2), ONE, "SAME"));
    for (int dilation : new int[] {1, 2, 5}) {
      cases.put(
          "SpaceToBatchND, depthwise, BatchToSpaceND by " + dilation,
          (tf, x) ->
              new DepthwiseConvolution("c", C, dilation, /* bias= */ true)
                  .apply(tf, parameters(tf, "c", 3, 3, 1, C), x));
    }
    cases.put(
        "MaxPool ceil",
        (tf, x) -> MaxPool.apply(tf, tf.nn.relu(x), 3, 2, 1, MaxPool.Rounding.CEIL));
    cases.put(
        "MaxPool SAME",
        (tf, x) ->
            tf.nn.maxPool(
                x,
                tf.constant(new int[] {1, 3, 3, 1}),
                tf.constant(new int[] {1, 2, 2, 1}),
                "SAME"));
    for (int[] size : new int[][] {{21, 31}, {4, 5}, {1, 7}}) {
      cases.put(
          "ResizeBilinear corners to " + size[0],
          (tf, x) ->
              tf.image.resizeBilinear(x, tf.constant(size), ResizeBilinear.alignCorners(true)));
      cases.put(
          "ResizeBilinear centres to " + size[0],
          (tf, x) ->
              tf.image.resizeBilinear(x, tf.constant(size), ResizeBilinear.halfPixelCenters(true)));
    }
    cases.put(
        "ResizeBilinear to its own size and a half",
        (tf, x) ->
            tf.image.resizeBilinear(
                tf.nn.relu(tf.nn.conv2d(x, weight(tf, 1, 1, C, 5), ONE, "SAME")),
                tf.dtypes.cast(
                    tf.math.mul(
                        tf.dtypes.cast(MapSize.of(tf, x), TFloat64.class), tf.constant(1.5)),
                    TInt32.class),
                ResizeBilinear.alignCorners(true)));
    cases.put(
        "FusedBatchNormV3",
        (tf, x) ->
            tf.nn
                .fusedBatchNorm(
                    x,
                    weight(tf, C),
                    weight(tf, C),
                    weight(tf, C),
                    tf.math.square(weight(tf, C)),
                    FusedBatchNorm.epsilon(1e-3f),
                    FusedBatchNorm.isTraining(false))
                .y());
  }

  private static void moves(Map<String, Case> cases) {
    cases.put("Transpose", (tf, x) -> tf.linalg.transpose(x, tf.constant(new int[] {3, 0, 2, 1})));
    cases.put(
        "Reshape, Shape, StridedSlice",
        (tf, x) -> tf.reshape(conv(tf, x), MapSize.keeping(tf, conv(tf, x), 1, -1, 2, C / 2)));
    cases.put("ConcatV2", (tf, x) -> tf.concat(List.of(conv(tf, x), x), tf.constant(3)));
    cases.put("Split", (tf, x) -> tf.split(tf.constant(3), conv(tf, x), 2L).output().get(1));
    cases.put(
        "PadV2",
        (tf, x) ->
            tf.pad(
                conv(tf, x),
                tf.constant(new int[][] {{0, 0}, {1, 2}, {3, 0}, {0, 1}}),
                tf.constant(2f)));
    cases.put(
        "Slice",
        (tf, x) ->
            tf.slice(
                conv(tf, x),
                tf.constant(new int[] {0, 1, 2, 1}),
                tf.constant(new int[] {-1, 3, -1, 2})));
    cases.put(
        "Slice of a size that the run knows",
        (tf, x) ->
            tf.slice(
                tf.pad(
                    x, tf.constant(new int[][] {{0, 0}, {0, 2}, {2, 0}, {0, 0}}), tf.constant(0f)),
                tf.constant(new int[] {0, 2, 0, 0}),
                tf.concat(
                    List.of(
                        tf.constant(new int[] {-1}),
                        MapSize.of(tf, x),
                        tf.constant(new int[] {-1})),
                    tf.constant(0))));
    cases.put("ReverseV2", (tf, x) -> tf.reverse(conv(tf, x), tf.constant(new int[] {2, 3})));
    cases.put("Pack", (tf, x) -> tf.stack(List.of(x, tf.nn.relu(x)), Stack.axis(1L)));
  }

  private static void arithmetic(Map<String, Case> cases) {
    cases.put("Relu", (tf, x) -> tf.nn.relu(conv(tf, x)));
    cases.put("Sigmoid", (tf, x) -> tf.math.sigmoid(conv(tf, x)));
    cases.put("Tanh", (tf, x) -> tf.math.tanh(x));
    cases.put("Exp", (tf, x) -> tf.math.exp(x));
    cases.put(
        "Log, Square", (tf, x) -> tf.math.log(tf.math.add(tf.math.square(x), tf.constant(1f))));
    cases.put("Neg", (tf, x) -> tf.math.neg(x));
    cases.put("Sqrt", (tf, x) -> tf.math.sqrt(tf.math.square(x)));
    cases.put("Rsqrt", (tf, x) -> tf.math.rsqrt(tf.math.add(tf.math.square(x), tf.constant(1f))));
    cases.put("Erf: GELU", (tf, x) -> Gelu.apply(tf, conv(tf, x)));
    cases.put("Add of maps", (tf, x) -> tf.math.add(conv(tf, x), x));
    cases.put("Sub of a vector", (tf, x) -> tf.math.sub(conv(tf, x), weight(tf, C)));
    cases.put("Mul by a mask", (tf, x) -> tf.math.mul(conv(tf, x), weight(tf, 1, 1, 1, C)));
    cases.put("Div", (tf, x) -> tf.math.div(x, tf.constant(3f)));
    cases.put("Maximum", (tf, x) -> tf.math.maximum(x, tf.constant(0.1f)));
    cases.put("Minimum", (tf, x) -> tf.math.minimum(x, tf.constant(0.1f)));
    cases.put("AddN", (tf, x) -> tf.math.addN(List.of(conv(tf, x), x, tf.nn.relu(x))));
    cases.put("BiasAdd", (tf, x) -> tf.nn.biasAdd(conv(tf, x), weight(tf, C)));
    cases.put(
        "FloorMod",
        (tf, x) ->
            tf.dtypes.cast(
                tf.math.floorMod(tf.math.neg(MapSize.of(tf, x)), tf.constant(new int[] {5, 7})),
                TFloat32.class));
    cases.put(
        "Cast",
        (tf, x) ->
            tf.dtypes.cast(
                tf.dtypes.cast(tf.math.mul(x, tf.constant(9f)), TInt32.class), TFloat32.class));
    cases.put("Softmax", (tf, x) -> tf.nn.softmax(conv(tf, x)));
    cases.put(
        "ArgMax",
        (tf, x) -> tf.dtypes.cast(tf.math.argMax(conv(tf, x), tf.constant(3)), TFloat32.class));
    cases.put(
        "Mean of pixels",
        (tf, x) -> tf.math.mean(conv(tf, x), tf.constant(new int[] {1, 2}), Mean.keepDims(true)));
    cases.put("Mean that drops axes", (tf, x) -> tf.math.mean(conv(tf, x), tf.constant(-1)));
    cases.put(
        "LayerNorm",
        (tf, x) ->
            new LayerNorm("n", C, 1e-3f)
                .apply(
                    tf,
                    Parameters.of(Map.of("n.weight", weight(tf, C), "n.bias", weight(tf, C))),
                    x));
    cases.put(
        "MatMul of Linear",
        (tf, x) ->
            new Linear("l", C, 3)
                .apply(
                    tf,
                    Parameters.of(Map.of("l.weight", weight(tf, C, 3), "l.bias", weight(tf, 3))),
                    conv(tf, x)));
    cases.put(
        "MatMul of turned matrices",
        (tf, x) ->
            tf.linalg.matMul(
                weight(tf, C, 3),
                tf.reshape(x, tf.constant(new int[] {-1, C})),
                MatMul.transposeA(true),
                MatMul.transposeB(true)));
    cases.put(
        "BatchMatMul",
        (tf, x) -> tf.train.batchMatMul(x, x, TFloat32.class, BatchMatMul.adjY(true)));
  }

  private static Operand<TFloat32> weight(Ops tf, long... shape) {
    Shape s = Shape.of(shape);
    float[] values = FormulaWeights.uniform("weight" + s, (int) s.size(), 3);
    try (TFloat32 tensor = TFloat32.tensorOf(s, DataBuffers.of(values))) {
      return tf.constantOf(tensor);
    }
  }

  private static Parameters parameters(Ops tf, String name, long... kernel) {
    return Parameters.of(
        Map.of(name + ".weight", weight(tf, kernel), name + ".bias", weight(tf, kernel[3])));
  }

  /** What has its channels first in ONNX. */
  private static Operand<TFloat32> conv(Ops tf, Operand<TFloat32> x) {
    return tf.nn.conv2d(x, weight(tf, 3, 3, C, C), ONE, "SAME");
  }

  @TestFactory
  Stream<DynamicTest> anOperationAnswersAsInTensorFlow() {
    return cases().entrySet().stream()
        .flatMap(
            one ->
                Stream.of(true, false)
                    .map(
                        known ->
                            DynamicTest.dynamicTest(
                                one.getKey() + (known ? "" : ", any size"),
                                () -> compare(one.getValue(), known))));
  }

  private static void compare(Case operation, boolean known) throws OrtException {
    try (var graph = new Graph();
        var session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> x = input(tf, known ? Shape.of(UNKNOWN, 9, 12, C) : any());
      Operand<TFloat32> y = operation.apply(tf, x);
      try (OrtModel runtime = OrtModel.of(translated(graph, x, y))) {
        long[][] sizes = known ? new long[][] {{2, 9, 12}} : new long[][] {{1, 9, 12}, {3, 14, 7}};
        for (long[] size : sizes) {
          Shape shape = Shape.of(size[0], size[1], size[2], C);
          float[] values = FormulaWeights.uniform("x", (int) shape.size(), 1);
          OrtModel.Answer found = runtime.floats(values, shape.asArray());
          try (TFloat32 tensor = TFloat32.tensorOf(shape, DataBuffers.of(values));
              var result = session.runner().feed(x, tensor).fetch(y).run()) {
            float[] expected = new float[(int) result.get(0).size()];
            ((TFloat32) result.get(0)).asRawTensor().data().asFloats().read(expected);
            assertThat(found.shape).isEqualTo(result.get(0).shape().asArray());
            assertThat(found.values).containsExactly(expected, within(2e-5f));
          }
        }
      }
    }
  }

  private static Shape any() {
    return Shape.of(UNKNOWN, UNKNOWN, UNKNOWN, C);
  }

  private static Operand<TFloat32> input(Ops tf, Shape shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(shape));
  }

  private static GraphProto translated(Graph graph, Operand<?> x, Operand<?> y) {
    return GraphTranslation.of(
        graph,
        List.of(new Port("x", x, List.of("a", "b", "c", "d"))),
        List.of(new Port("y", y, List.of("e", "f", "g", "h", "i"))));
  }

  private static List<String> kinds(GraphProto graph) {
    return graph.getNodeList().stream().map(NodeProto::getOpType).toList();
  }

  @Test
  void betweenConvolutionsNothingIsTransposed() {
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> x = input(tf, any());
      Operand<TFloat32> y = conv(tf, x);
      for (int i = 0; i < 3; i++) {
        y = tf.nn.relu(tf.math.add(tf.nn.biasAdd(conv(tf, tf.nn.relu(y)), weight(tf, C)), y));
      }

      assertThat(kinds(translated(graph, x, y))).filteredOn("Transpose"::equals).hasSize(2);
    }
  }

  @Test
  void whatIsOneOperationInOnnxIsOne() {
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> x = input(tf, any());
      Map<String, Case> cases = cases();
      Operand<TFloat32> y = cases.get("LayerNorm").apply(tf, x);
      y = cases.get("SpaceToBatchND, depthwise, BatchToSpaceND by 5").apply(tf, y);
      y = cases.get("Conv2D behind Pad").apply(tf, y);

      assertThat(kinds(translated(graph, x, y)))
          .containsExactly(
              "LayerNormalization",
              "Transpose",
              "Conv",
              "Add",
              "Conv",
              "Add",
              "Transpose",
              "Identity");
    }
  }

  @Test
  void whatNoImageChangesIsComputedOnce() {
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> x = input(tf, any());
      Operand<TFloat32> scale = tf.math.div(weight(tf, C), tf.math.exp(weight(tf, C)));
      Operand<TFloat32> y = tf.math.mul(x, tf.withControlDependencies(x).identity(scale));

      GraphProto translated = translated(graph, x, y);

      assertThat(kinds(translated)).containsExactly("Mul", "Identity");
      assertThat(translated.getInitializerCount()).isEqualTo(1);
    }
  }

  @Test
  void anOperationWithoutTranslationIsRefusedByKindAndName() {
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> x = input(tf, any());
      Operand<TFloat32> y = tf.withName("phase").math.cos(x);

      assertThatThrownBy(() -> translated(graph, x, y))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Cos")
          .hasMessageContaining("'phase'")
          .hasMessageContaining("no translation");
    }
  }
}
