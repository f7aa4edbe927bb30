package org.crossfade.backbones;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.loss.SegmentationCrossEntropy;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.nn.SlidingWindow;
import org.crossfade.core.optim.Adam;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.core.optim.Schedule;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * Measures time and peak memory of training iterations of DAFormer and HRDA: forward, cross
 * entropy, backward and AdamW.
 *
 * <p>Arguments: b0, b1, b2 or b5; daformer or hrda; images; their side in pixels; passes over other
 * images in one step (2 with a mixed pass); iterations; and {@code teacher} if a teacher predicts
 * the images besides. A process measures one of them, since memory peaks once.
 */
public final class IterationCost {
  private static final Map<String, List<Integer>> LAYERS =
      Map.of(
          "b0", List.of(2, 2, 2, 2),
          "b1", List.of(2, 2, 2, 2),
          "b2", List.of(3, 4, 6, 3),
          "b5", List.of(3, 6, 40, 3));
  private static final int CLASSES = 19;

  private final Ops tf;
  private final SegmentationNetwork network;
  private final int images;
  private final int side;

  private IterationCost(Ops tf, SegmentationNetwork network, int images, int side) {
    this.tf = tf;
    this.network = network;
    this.images = images;
    this.side = side;
  }

  /** Measures and prints. */
  public static void main(String[] arguments) throws IOException {
    int images = Integer.parseInt(arguments[2]);
    int side = Integer.parseInt(arguments[3]);
    boolean teacher = arguments.length > 6 && arguments[6].equals("teacher");
    SegmentationNetwork network = network(arguments[0], arguments[1].equals("hrda"), side);
    try (var graph = new Graph();
        var session = new Session(graph)) {
      long start = System.nanoTime();
      Ops tf = Ops.create(graph);
      var store = new VariableStore(tf, 1);
      var seed =
          tf.placeholder(TInt64.class, Placeholder.shape(org.tensorflow.ndarray.Shape.of(2)));
      CompiledStep step =
          new IterationCost(tf, network, images, side)
              .step(store, seed, Integer.parseInt(arguments[4]), teacher);
      store.initialize(session);
      print(
          "%s, %d images of %dx%d: built in %.1f s",
          network.name(), images, side, side, since(start));
      for (int i = 0; i < Integer.parseInt(arguments[5]); i++) {
        start = System.nanoTime();
        try (var value = TInt64.vectorOf(1, i)) {
          float[] report = step.run(session, Map.of(seed, value), i);
          print("iteration %d: %.1f s, loss %.4f, %s", i, since(start), report[0], peak());
        }
      }
    }
  }

  private static SegmentationNetwork network(String variant, boolean detail, int side) {
    var scales =
        new MultiResolutionOptions(
            new SlidingWindow(side / 2, side / 2, side / 4, side / 4), 256, true);
    return Networks.create(
        new NetworkOptions(
            Architecture.DAFORMER_MIT,
            LAYERS.get(variant),
            variant.equals("b0") ? 32 : 64,
            4,
            /* auxiliaryHead= */ false,
            Optional.of(DecoderOptions.daformer()),
            detail ? Optional.of(scales) : Optional.empty()),
        CLASSES);
  }

  private CompiledStep step(
      VariableStore store, Operand<TInt64> seed, int passes, boolean teacher) {
    Parameters student = store.declare("segmenter", network.parameters());
    var terms = new ArrayList<LossTerm>();
    for (int pass = 0; pass < passes; pass++) {
      Forward forward = Forward.training(tf, "segmenter", seed).redrawn("pass" + pass);
      terms.add(new LossTerm("pass" + pass, 1, loss(forward, student)));
    }
    Map<String, Operand<TFloat32>> metrics = Map.of();
    if (teacher) {
      Parameters averaged = store.declare("teacher", network.parameters());
      var answer = network.forward(Forward.batchStatistics(tf, "teacher"), averaged, noise(seed));
      metrics =
          Map.of("teacher", tf.math.mean(answer.logits(), tf.constant(new int[] {0, 1, 2, 3})));
    }
    var groups =
        List.of(
            new ParameterGroup(
                "all", NamePattern.of("segmenter.**"), new Schedule.Poly(6e-5, 1, 1000, 0)));
    var adam = new Adam(0.9, 0.999, 1e-8, 0.01, Adam.Decay.DECOUPLED);
    var update = new Update("segmenter", terms, groups, adam);
    return CompiledStep.compile(
        tf, store, new Step("step", List.of(), List.of(update), List.of(), metrics));
  }

  private Operand<TFloat32> loss(Forward forward, Parameters parameters) {
    var answer = network.forward(forward, parameters, noise(forward.seed("images")));
    var labels =
        tf.random.statelessRandomUniformInt(
            tf.constant(new int[] {images, side, side}),
            forward.seed("labels"),
            tf.constant(0),
            tf.constant(CLASSES));
    return new SegmentationCrossEntropy(255, 1)
        .apply(tf, network.interpolation().resize(tf, answer.logits(), side, side), labels);
  }

  private Operand<TFloat32> noise(Operand<TInt64> seed) {
    return tf.random.statelessRandomNormal(tf.constant(new int[] {images, side, side, 3}), seed);
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static String peak() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines.filter(line -> line.startsWith("VmHWM")).findFirst().orElse("VmHWM unknown");
    }
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
