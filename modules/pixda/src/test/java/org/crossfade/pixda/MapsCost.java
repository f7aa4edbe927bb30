package org.crossfade.pixda;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.nn.ReplicatedNetwork;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.methodtest.PairedIterations;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/**
 * What S, B and the transfer of style add to an iteration of PixDA's adversarial phase with
 * ResNet-101. The two sides, the published options and the same without the three, are run in turn
 * in one process, so that other programs matter little to their ratio.
 */
public final class MapsCost {
  private static final int CLASSES = 19;

  private MapsCost() {}

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
   * Prints the seconds of every iteration, their medians and ratio.
   *
   * @param arguments counted pairs of iterations (5 if absent), images a domain (1), width and
   *     height of all images (512 and 256)
   */
  public static void main(String[] arguments) {
    int pairs = argument(arguments, 0, 5);
    int batch = argument(arguments, 1, 1);
    int width = argument(arguments, 2, 512);
    int height = argument(arguments, 3, 256);
    try (Side weighted = side(batch, width, height, "");
        Side plain =
            side(
                batch,
                width,
                height,
                "style = null, alignment { use-s = false, use-b = false }\n")) {
      System.out.printf(
          Locale.ROOT,
          "ResNet-101, %d + %d images of %dx%d: S, B and style add %s%n",
          batch,
          batch,
          width,
          height,
          PairedIterations.run(pairs, weighted::run, plain::run).added());
    }
  }

  private static int argument(String[] arguments, int index, int absent) {
    return arguments.length > index ? Integer.parseInt(arguments[index]) : absent;
  }

  private static Side side(int batch, int width, int height, String overrides) {
    String size = "{ batch = %d, width = %d, height = %d }".formatted(batch, width, height);
    PixDaOptions options =
        TinyPixDa.published(
            overrides
                + "replicas = 1\nadversarial { source = "
                + size
                + ", target = "
                + size
                + " }");
    SegmentationNetwork network =
        new ReplicatedNetwork(options.network().create(CLASSES), options.replicas())
            .withBatchNorm(options.adversarial().batchNorm());
    var graph = new MethodGraph();
    var built =
        PixelAdversarialStep.build(
            graph.context(),
            network,
            options,
            TinyPixDa.images(
                graph.tf(),
                options,
                network.normalisation(),
                image(graph, 1, batch, height, width),
                labels(graph, 2, batch, height, width),
                image(graph, 3, batch, height, width),
                labels(graph, 4, batch, height, width)));
    CompiledStep step = graph.compile(built.step());
    graph.initialize();
    return new Side(graph, step);
  }

  private static Operand<TUint8> image(
      MethodGraph graph, long seed, int batch, int height, int width) {
    var random = new Random(seed);
    float[] values = new float[batch * height * width * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(256);
    }
    Operand<TFloat32> image = graph.input(values, batch, height, width, 3);
    return graph.tf().dtypes.cast(image, TUint8.class);
  }

  /** Labels in blocks, a tenth of them ignored. */
  private static Operand<TInt32> labels(
      MethodGraph graph, long seed, int batch, int height, int width) {
    var random = new Random(seed);
    int[] labels = new int[batch * height * width];
    for (int i = 0; i < labels.length; i += 64) {
      int label = random.nextInt(10) == 0 ? 255 : random.nextInt(CLASSES);
      Arrays.fill(labels, i, Math.min(labels.length, i + 64), label);
    }
    return graph.input(labels, batch, height, width);
  }
}
