package org.crossfade.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.loop.Experiment;
import org.crossfade.training.loop.TaskData;
import org.crossfade.training.loop.TrainingListener;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.session.CompiledPhase;
import org.crossfade.training.session.PhaseSession;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/**
 * What the loop adds to an iteration: the time of a whole iteration less that of the same step with
 * feeds that are there already. The network is trivial; the images, one an iteration, are decoded
 * beforehand. Medians over iterations, so that other programs matter little.
 */
public final class LoopOverhead {
  private static final int ITERATIONS = 1000;
  private static final int WARM_UP = 300;
  private static final int ROUNDS = 2;

  private LoopOverhead() {}

  /**
   * Prints milliseconds of an iteration, of the step alone, and the difference.
   *
   * @param arguments the images' width, twice their height; 512 if absent
   */
  public static void main(String[] arguments) throws IOException {
    int width = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 512;
    Experiment experiment = preloaded(experiment(width, width / 2));
    System.out.println("round  iteration ms  session.run ms  loop adds ms");
    for (int round = 0; round < ROUNDS; round++) {
      double loop = loop(experiment);
      double bare = bare(experiment);
      System.out.printf(
          Locale.ROOT, "%5d  %12.3f  %14.3f  %12.3f%n", round + 1, loop, bare, loop - bare);
    }
  }

  private static Experiment experiment(int width, int height) {
    String size = "width = " + width + ", height = " + height;
    String scenes = "kind = streets, split = train, " + size + ", count = ";
    return TinyRuns.experiment(
        "task.source = { " + scenes + "8, style = source }",
        "tiny.target-iterations = 0",
        "tiny.source.iterations = " + ITERATIONS,
        "tiny.source.decay.horizon = " + 2 * ITERATIONS,
        "tiny.source.batch-norm = frozen",
        "tiny.source.stream { " + size + ", random-scale = null, flip = 0 }",
        "tiny.source.stream.sampling = shuffled",
        "tiny.source.stream.jitter { brightness = 0, contrast = 0, saturation = 0, hue = 0 }",
        "run.log-every = 20",
        "run.checkpoint-every = " + ITERATIONS,
        "run.decoding-threads = 1");
  }

  private static double loop(Experiment experiment) throws IOException {
    Path folder = Files.createTempDirectory("loop-overhead");
    var times = new ArrayList<Long>();
    TinyRuns.train(
        experiment,
        folder,
        new TrainingListener() {
          @Override
          public void iterated(String phase, long iteration, long iterations) {
            if (iteration >= WARM_UP) {
              times.add(System.nanoTime());
            }
          }
        });
    new RunDirectory(folder).deleteCheckpoints("source");
    return medianStep(times);
  }

  /** Returns the median of the steps between consecutive times, in milliseconds. */
  private static double medianStep(List<Long> times) {
    long[] steps =
        IntStream.range(1, times.size())
            .mapToLong(i -> times.get(i) - times.get(i - 1))
            .sorted()
            .toArray();
    return steps[steps.length / 2] / 1e6;
  }

  private static double bare(Experiment experiment) {
    var phase = (TrainingPhase) experiment.method().phases().get(0);
    try (var compiled = new CompiledPhase(phase, experiment.run(), 0)) {
      PhaseSession session = compiled.session();
      session.initialise(Map.of(), new RunDirectory(Path.of("")), Optional.empty());
      Map<Operand<?>, Tensor> feeds = feeds(session.context(), phase.streams().get(0));
      var times = new ArrayList<Long>();
      for (long i = 0; i < ITERATIONS; i++) {
        for (CompiledStep step : compiled.steps()) {
          step.run(session.session(), feeds, i);
        }
        if (i >= WARM_UP) {
          times.add(System.nanoTime());
        }
      }
      feeds.values().forEach(Tensor::close);
      return medianStep(times);
    }
  }

  private static Map<Operand<?>, Tensor> feeds(StepContext context, StreamRequest stream) {
    PixelSize size = stream.size();
    var feeds = new LinkedHashMap<Operand<?>, Tensor>();
    feeds.put(
        context.feeds(stream.name()).images(),
        zeros(Shape.of(stream.batch(), size.height(), size.width(), 3)));
    feeds.put(
        context.feeds(stream.name()).labels(),
        zeros(Shape.of(stream.batch(), size.height(), size.width())));
    feeds.put(context.seedFeed(), TInt64.vectorOf(0, 0));
    return feeds;
  }

  private static TUint8 zeros(Shape shape) {
    return TUint8.tensorOf(shape, DataBuffers.of(new byte[(int) shape.size()], true, false));
  }

  private static Experiment preloaded(Experiment e) {
    TaskData data = e.data();
    var preloaded =
        new TaskData(
            Preloaded.of(data.source()), data.target(), data.labelledTarget(), data.validation());
    return new Experiment(
        e.methodName(), e.method(), e.task(), e.run(), preloaded, e.weights(), e.options());
  }

  /** Samples that cost nothing to read. */
  private record Preloaded(Dataset dataset, List<Sample> samples) implements Dataset {
    static Preloaded of(Dataset dataset) {
      return new Preloaded(
          dataset, IntStream.range(0, dataset.size()).mapToObj(dataset::read).toList());
    }

    @Override
    public String name() {
      return dataset.name();
    }

    @Override
    public String split() {
      return dataset.split();
    }

    @Override
    public LabelSpace labelSpace() {
      return dataset.labelSpace();
    }

    @Override
    public int size() {
      return samples.size();
    }

    @Override
    public String id(int index) {
      return dataset.id(index);
    }

    @Override
    public Sample read(int index) {
      return samples.get(index);
    }

    @Override
    public Image readImage(int index) {
      return samples.get(index).image();
    }

    @Override
    public LabelMap readLabels(int index) {
      return samples.get(index).labels().orElseThrow();
    }

    @Override
    public boolean labelled() {
      return true;
    }

    @Override
    public String fingerprint() {
      return dataset.fingerprint();
    }
  }
}
