package org.crossfade.spcl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.methodtest.PairedIterations;
import org.crossfade.recipes.DomainImages;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What the contrast adds to an iteration of SPCL with ResNet-101: masks, prototypes and both terms.
 * The side without contrast has the same two passes forward and back, on a mean of features in
 * place of the terms, since the target would not be seen otherwise.
 */
public final class ContrastCost {
  private static final int CLASSES = 19;

  private ContrastCost() {}

  /** One side: a graph of its own. */
  private record Side(MethodGraph graph, CompiledStep step) implements AutoCloseable {
    void run(long iteration) {
      graph.run(step, iteration);
    }

    @Override
    public void close() {
      graph.close();
    }
  }

  /**
   * Prints the costs of every iteration and what the contrast adds.
   *
   * @param arguments counted pairs of iterations (5 if absent), width and height of both images
   *     (512 and 256)
   */
  public static void main(String[] arguments) {
    int pairs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int width = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 512;
    int height = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 256;
    try (Side contrast = side(width, height, true);
        Side plain = side(width, height, false)) {
      System.out.printf(
          Locale.ROOT,
          "ResNet-101, 1 + 1 images of %dx%d: the contrast adds %s%n",
          width,
          height,
          PairedIterations.run(pairs, contrast::run, plain::run).added());
    }
  }

  private static Side side(int width, int height, boolean contrast) {
    SpclOptions options =
        TinySpcl.published(
            """
            contrast.training { processes = 1, source.batch = 1, target.batch = 1 }
            contrast.training.source { width = %d, height = %d }
            contrast.training.target { width = %d, height = %d }
            """
                .formatted(width, height, width, height));
    var training = options.contrast().training();
    SegmentationNetwork network =
        options.network().create(CLASSES).withBatchNorm(training.batchNorm());
    var graph = new MethodGraph();
    int pixels = width * height;
    var built =
        ContrastiveStep.build(
            graph.context(),
            network,
            options.contrast(),
            options.prototypes().update(),
            options.pseudoLabels().confidence(),
            new DomainImages(
                graph.input(noise(pixels * 3, 1), 1, height, width, 3),
                graph.input(labels(pixels, 2), 1, height, width),
                graph.input(noise(pixels * 3, 3), 1, height, width, 3),
                graph.input(labels(pixels, 4), 1, height, width)));
    CompiledStep step = graph.compile(contrast ? built.step() : withoutContrast(graph, built));
    graph.initialize();
    return new Side(graph, step);
  }

  private static Step withoutContrast(MethodGraph graph, ContrastiveStep built) {
    Ops tf = graph.tf();
    Update update = built.step().updates().get(0);
    var terms = new ArrayList<LossTerm>();
    terms.add(update.terms().get(0));
    Operand<TFloat32> mean =
        tf.math.mean(built.target().orElseThrow().features(), tf.constant(new int[] {0, 1, 2, 3}));
    terms.add(new LossTerm("mean-feature", 1e-6, mean));
    return graph
        .context()
        .step(
            "plain",
            List.of(),
            List.of(new Update(update.name(), terms, update.groups(), update.optimizer())));
  }

  private static float[] noise(int count, long seed) {
    var random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Labels in blocks, a tenth of them ignored. */
  private static int[] labels(int pixels, long seed) {
    var random = new Random(seed);
    int[] labels = new int[pixels];
    for (int i = 0; i < pixels; i += 64) {
      int label = random.nextInt(10) == 0 ? 255 : random.nextInt(CLASSES);
      Arrays.fill(labels, i, Math.min(pixels, i + 64), label);
    }
    return labels;
  }
}
