package org.crossfade.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.onnx.Emitter.Order;

/**
 * Several operations of TensorFlow that are one of ONNX. The last of them stands for all; the
 * others are left out unless something else reads them.
 *
 * <ul>
 *   <li>zeros around an input, and a convolution without padding;
 *   <li>SpaceToBatchND, a convolution, BatchToSpaceND: a convolution that dilates;
 *   <li>layer normalisation.
 * </ul>
 */
final class Patterns {
  /**
   * A node that stands for several.
   *
   * @param sources the tensors that all of them read
   * @param rule what it becomes
   */
  record Fused(List<String> sources, Rule rule) {}

  private final FoldedGraph graph;
  private final Map<String, Fused> fused = new HashMap<>();

  Patterns(FoldedGraph graph) {
    this.graph = graph;
    for (Node node : graph.nodes()) {
      Optional<Fused> found =
          switch (node.type()) {
            case "Conv2D", "DepthwiseConv2dNative" -> padded(node);
            case "BatchToSpaceND" -> dilated(node);
            case "BiasAdd" -> layerNorm(node);
            default -> Optional.empty();
          };
      found.ifPresent(f -> fused.put(node.name(), f));
    }
  }

  /** What a node stands for, if for several. */
  Optional<Fused> at(Node node) {
    return Optional.ofNullable(fused.get(node.name()));
  }

  private Optional<Fused> padded(Node convolution) {
    Node pad = graph.producer(convolution.input(0));
    if (pad == null
        || !pad.type().startsWith("Pad")
        || !convolution.text("padding").equals("VALID")
        || graph.constant(pad.input(1)) == null
        || (pad.inputs().size() > 2 && !isZero(pad.input(2)))) {
      return Optional.empty();
    }
    long[] margins = graph.constant(pad.input(1)).longs();
    if (margins.length != 8
        || margins[0] + margins[1] + margins[6] + margins[7] != 0
        || Arrays.stream(margins).anyMatch(margin -> margin < 0)) {
      return Optional.empty();
    }
    long[] pads = {margins[2], margins[4], margins[3], margins[5]};
    List<Long> dilations = convolution.numbers("dilations");
    long[] dilation =
        dilations.isEmpty() ? new long[] {1, 1} : new long[] {dilations.get(1), dilations.get(2)};
    return Optional.of(
        new Fused(
            List.of(pad.input(0), convolution.input(1)),
            (node, to) ->
                ConvolutionRules.convolution(
                    node, to, pad.input(0), node.output(), dilation, pads)));
  }

  private boolean isZero(String tensor) {
    Constant constant = graph.constant(tensor);
    return constant != null
        && constant.isFloats()
        && constant.floats().length == 1
        && constant.floats()[0] == 0;
  }

  /**
   * Every d-th row and column is an image of its own, which a convolution without padding sees:
   * with margins before and crops behind that is a dilated convolution whose pads are the
   * difference.
   */
  private Optional<Fused> dilated(Node toSpace) {
    Node convolution = graph.producer(toSpace.input(0));
    if (convolution == null
        || !(convolution.type().equals("Conv2D")
            || convolution.type().equals("DepthwiseConv2dNative"))
        || !convolution.text("padding").equals("VALID")
        || convolution.numbers("strides").stream().anyMatch(stride -> stride != 1)
        || convolution.numbers("dilations").stream().anyMatch(dilation -> dilation != 1)) {
      return Optional.empty();
    }
    Node toBatch = graph.producer(convolution.input(0));
    if (toBatch == null
        || !toBatch.type().equals("SpaceToBatchND")
        || graph.constant(toBatch.input(1)) == null
        || graph.constant(toSpace.input(1)) == null) {
      return Optional.empty();
    }
    long[] dilation = graph.constant(toBatch.input(1)).longs();
    long[] back = graph.constant(toSpace.input(1)).longs();
    if (dilation.length != 2 || !Arrays.equals(dilation, back)) {
      return Optional.empty();
    }
    return pads(toBatch.input(2), toSpace.input(2))
        .map(
            pads ->
                new Fused(
                    List.of(toBatch.input(0), convolution.input(1)),
                    (node, to) ->
                        ConvolutionRules.convolution(
                            convolution, to, toBatch.input(0), node.output(), dilation, pads)));
  }

  /** Margins minus crops as top, left, bottom, right; empty where that follows from the image. */
  private Optional<long[]> pads(String margins, String crops) {
    Constant margin = graph.constant(margins);
    Constant crop = graph.constant(crops);
    long[] pads;
    if (margin != null && crop != null) {
      long[] m = margin.longs();
      long[] c = crop.longs();
      pads = new long[] {m[0] - c[0], m[2] - c[2], m[1] - c[1], m[3] - c[3]};
    } else {
      Node m = graph.producer(margins);
      Node c = graph.producer(crops);
      if (m == null || c == null || !isPairs(m) || !isPairs(c)) {
        return Optional.empty();
      }
      Optional<long[]> before = difference(m.input(0), c.input(0));
      Optional<long[]> after = difference(m.input(1), c.input(1));
      if (before.isEmpty() || after.isEmpty()) {
        return Optional.empty();
      }
      pads = new long[] {before.get()[0], before.get()[1], after.get()[0], after.get()[1]};
    }
    return Arrays.stream(pads).anyMatch(pad -> pad < 0) ? Optional.empty() : Optional.of(pads);
  }

  private static boolean isPairs(Node node) {
    return node.type().equals("Pack") && node.inputs().size() == 2 && node.number("axis") == 1;
  }

  /** a − b, where both are constant or a is b plus a constant. */
  private Optional<long[]> difference(String a, String b) {
    Constant left = graph.constant(a);
    Constant right = graph.constant(b);
    if (left != null && right != null) {
      return Optional.of(
          new long[] {left.longs()[0] - right.longs()[0], left.longs()[1] - right.longs()[1]});
    }
    Node sum = graph.producer(a);
    if (sum == null || !sum.type().startsWith("Add") || !sum.inputs().contains(b)) {
      return Optional.empty();
    }
    String other = sum.input(0).equals(b) ? sum.input(1) : sum.input(0);
    return Optional.ofNullable(graph.constant(other)).map(Constant::longs);
  }

  /** γ·(x − mean)·rsqrt(mean of squares + ε) + β over the last axis. */
  private Optional<Fused> layerNorm(Node end) {
    Optional<Node> scaled = producer(end.input(0), "Mul");
    Optional<Node> normal = scaled.flatMap(mul -> producer(mul.input(0), "Mul"));
    Optional<Node> centred = normal.flatMap(mul -> producer(mul.input(0), "Sub"));
    Optional<Node> root = normal.flatMap(mul -> producer(mul.input(1), "Rsqrt"));
    Optional<Node> sum =
        root.map(rsqrt -> graph.producer(rsqrt.input(0)))
            .filter(add -> add.type().startsWith("Add"));
    Optional<Node> variance = sum.flatMap(add -> producer(add.input(0), "Mean"));
    Optional<Node> square = variance.flatMap(mean -> producer(mean.input(0), "Square"));
    Optional<Node> mean = centred.flatMap(sub -> producer(sub.input(1), "Mean"));
    if (square.isEmpty() || mean.isEmpty()) {
      return Optional.empty();
    }
    String x = centred.get().input(0);
    String gamma = scaled.get().input(1);
    String beta = end.input(1);
    Constant epsilon = graph.constant(sum.get().input(1));
    boolean whole =
        square.get().input(0).equals(centred.get().output())
            && mean.get().input(0).equals(x)
            && isOfLastAxis(mean.get())
            && isOfLastAxis(variance.get())
            && graph.constant(gamma) != null
            && graph.constant(gamma).rank() == 1
            && graph.constant(beta) != null
            && epsilon != null;
    if (!whole) {
      return Optional.empty();
    }
    return Optional.of(
        new Fused(
            List.of(x, gamma, beta),
            (node, to) ->
                to.define(
                    node.output(),
                    Order.NATURAL,
                    to.emit(
                        "LayerNormalization",
                        node.output(),
                        List.of(to.natural(x), to.natural(gamma), to.natural(beta)),
                        Emitter.number("axis", -1),
                        Emitter.real("epsilon", epsilon.floats()[0])))));
  }

  private boolean isOfLastAxis(Node mean) {
    Constant axes = graph.constant(mean.input(1));
    long last = graph.shape(mean.input(0)).length - 1L;
    return mean.flag("keep_dims")
        && axes != null
        && axes.longs().length == 1
        && (axes.longs()[0] == -1 || axes.longs()[0] == last);
  }

  private Optional<Node> producer(String tensor, String type) {
    return Optional.ofNullable(graph.producer(tensor)).filter(node -> node.type().equals(type));
  }
}
