package org.crossfade.training.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;
import org.crossfade.autodiff.NodeNames;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.method.Inference;
import org.crossfade.core.nn.MapSize;
import org.crossfade.core.nn.SegmentationNetwork;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * A trained network as a graph of its own, without variables: weights are constants, normalisation
 * and upsampling are inside. Images go in and are answered at their own size.
 */
public final class FrozenGraph implements AutoCloseable {
  /** Name of the input: uint8 RGB, [N, H, W, 3]. */
  public static final String IMAGES = "images";

  /** Name of an output: uint8 train ids, [N, H, W]. */
  public static final String LABELS = "labels";

  /** Name of an output: float32 probabilities of the classes, [N, H, W, K]. */
  public static final String PROBABILITIES = "probabilities";

  private final Graph graph;
  private final Placeholder<TUint8> images;
  private final Operand<TUint8> labels;
  private final Operand<TFloat32> probabilities;

  private FrozenGraph(
      Graph graph,
      Placeholder<TUint8> images,
      Operand<TUint8> labels,
      Operand<TFloat32> probabilities) {
    this.graph = graph;
    this.images = images;
    this.labels = labels;
    this.probabilities = probabilities;
  }

  /**
   * Returns the graph of a model; for images of any size where {@link #takesAnySize}, of the size
   * of its inference otherwise.
   */
  public static FrozenGraph of(TrainedModel model) {
    Inference inference = model.graph().inference();
    SegmentationNetwork network = model.network();
    Map<String, TFloat32> values = model.values();
    var graph = new Graph();
    try {
      NodeNames.requireAsciiDigits();
      Ops tf = Ops.create(graph);
      var constants = new LinkedHashMap<String, Operand<TFloat32>>();
      values.forEach((name, value) -> constants.put(name, tf.constantOf(value)));
      Shape shape =
          takesAnySize(model)
              ? Shape.of(Shape.UNKNOWN_SIZE, Shape.UNKNOWN_SIZE, Shape.UNKNOWN_SIZE, 3)
              : Shape.of(Shape.UNKNOWN_SIZE, inference.height(), inference.width(), 3);
      Placeholder<TUint8> images =
          tf.withName(IMAGES).placeholder(TUint8.class, Placeholder.shape(shape));
      Parameters parameters = Parameters.of(constants);
      Operand<TFloat32> normalised = network.normalisation().apply(tf, images);
      InferenceGraph.Answer answer =
          InferenceGraph.answer(
              tf,
              network,
              parameters,
              inference,
              normalised,
              () -> network.forward(Forward.inference(tf), parameters, normalised).logits(),
              MapSize.of(tf, normalised));
      return new FrozenGraph(
          graph,
          images,
          tf.withName(LABELS).identity(answer.labels()),
          tf.withName(PROBABILITIES).identity(answer.probabilities()));
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    } finally {
      values.values().forEach(TFloat32::close);
    }
  }

  /** Returns whether a model takes images of any size; a sliding window needs to know it. */
  public static boolean takesAnySize(TrainedModel model) {
    return model.network().takesAnySize() && model.graph().inference().slide().isEmpty();
  }

  /** Returns the graph. */
  public Graph graph() {
    return graph;
  }

  /** Returns the images, uint8 RGB, [N, H, W, 3]; H and W are known unless any size is taken. */
  public Placeholder<TUint8> images() {
    return images;
  }

  /** Returns the train ids, [N, H, W]. */
  public Operand<TUint8> labels() {
    return labels;
  }

  /** Returns the probabilities of the classes, [N, H, W, K]. */
  public Operand<TFloat32> probabilities() {
    return probabilities;
  }

  /** Returns what goes in, for people: {@code images uint8 [N, H, W, 3]}. */
  public String signature() {
    long[] size = images.shape().asArray();
    return "images uint8 [N, %s, %s, 3] to labels and probabilities%s"
        .formatted(
            size[1] < 0 ? "H" : size[1],
            size[2] < 0 ? "W" : size[2],
            size[1] < 0 ? "" : "; of this size alone, which its sliding window has to know");
  }

  @Override
  public void close() {
    graph.close();
  }
}
