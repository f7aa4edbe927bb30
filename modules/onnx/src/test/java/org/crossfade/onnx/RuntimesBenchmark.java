package org.crossfade.onnx;

import ai.onnxruntime.OrtException;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.crossfade.core.method.Inference;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.options.OptionReader;
import org.crossfade.training.evaluation.FrozenGraph;
import org.crossfade.training.evaluation.TrainedModel;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TUint8;

/**
 * Seconds of one image through TensorFlow and through ONNX Runtime, float32, the same graph,
 * weights and pixels, on one thread each, in alternating rounds: median, and from the fastest to
 * the slowest.
 *
 * <p>Arguments: width and height of the image, rounds, and the network's options as HOCON.
 */
public final class RuntimesBenchmark {
  private RuntimesBenchmark() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException, OrtException {
    int width = Integer.parseInt(arguments[0]);
    int height = Integer.parseInt(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    var network =
        OptionReader.readOne(
                ConfigFactory.parseString("network { " + arguments[3] + " }"),
                "network",
                NetworkOptions.class)
            .create(19);
    var asked =
        new NetworksTest.Asked(network.name(), network, Inference.singleScale(width, height));
    Path folder = Files.createTempDirectory("crossfade-onnx");
    try {
      measure(asked, folder, rounds);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void measure(NetworksTest.Asked asked, Path folder, int rounds)
      throws IOException, OrtException {
    int width = asked.inference().width();
    int height = asked.inference().height();
    byte[] pixels = NetworksTest.batch(List.of(NetworksTest.image(0, height, width)));
    Path file = folder.resolve("model.onnx");
    ConfigProto oneThread =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(1)
            .setInterOpParallelismThreads(1)
            .build();
    try (TrainedModel model = NetworksTest.model(asked, folder);
        var frozen = FrozenGraph.of(model);
        var session = new Session(frozen.graph(), oneThread)) {
      new OnnxFormat().write(model, NetworksTest.card(), file);
      try (var runtime = new OrtModel(Files.readAllBytes(file));
          TUint8 input =
              TUint8.tensorOf(Shape.of(1, height, width, 3), DataBuffers.of(pixels, true, false))) {
        double[] ofTensorFlow = new double[rounds];
        double[] ofOnnx = new double[rounds];
        // The first round of both is not counted.
        for (int round = -1; round < rounds; round++) {
          long start = System.nanoTime();
          session
              .runner()
              .feed(frozen.images(), input)
              .fetch(frozen.labels())
              .fetch(frozen.probabilities())
              .run()
              .close();
          long between = System.nanoTime();
          runtime.segment(pixels, 1, height, width);
          long end = System.nanoTime();
          if (round >= 0) {
            ofTensorFlow[round] = (between - start) / 1e9;
            ofOnnx[round] = (end - between) / 1e9;
          }
        }
        System.out.printf(
            Locale.ROOT,
            "%s, %dx%d, %d rounds: TensorFlow %s s, ONNX Runtime %s s%n",
            asked.name(),
            width,
            height,
            rounds,
            median(ofTensorFlow),
            median(ofOnnx));
      }
    }
  }

  private static String median(double[] seconds) {
    Arrays.sort(seconds);
    return String.format(
        Locale.ROOT,
        "%.3f (%.3f to %.3f)",
        seconds[seconds.length / 2],
        seconds[0],
        seconds[seconds.length - 1]);
  }
}
