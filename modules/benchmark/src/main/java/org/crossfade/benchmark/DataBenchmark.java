package org.crossfade.benchmark;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.crossfade.core.data.Batch;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.datasets.sampling.SamplingOrder;
import org.crossfade.datasets.stream.BatchStream;
import org.crossfade.training.options.RunOptions;
import org.crossfade.training.run.CacheFolder;
import org.crossfade.training.session.PhaseSession;
import org.crossfade.training.session.PhaseStreams;

/**
 * The way of a training phase's images from their files to the tensors that are fed: decoding,
 * augmentation, batches. No network is run.
 */
public final class DataBenchmark {
  private final String method;
  private final TrainingPhase phase;
  private final RunOptions run;

  /**
   * Prepares a benchmark.
   *
   * @param method name of the method
   * @param phase whose streams are measured
   * @param run seed and threads that decode
   */
  public DataBenchmark(String method, TrainingPhase phase, RunOptions run) {
    this.method = method;
    this.phase = phase;
    this.run = run;
  }

  /**
   * Measures draws of all streams. Since what is drawn is random, the samples as they are decoded
   * and resized say whether two programs read the same: the mean of the images' bytes, and of the
   * labels' bytes that are classes, over the data set of each stream.
   *
   * @param warmUp draws that are not counted
   * @param iterations draws that are counted
   * @param datasets of each domain
   * @return seconds of each draw, the means of the bytes, and the most memory
   * @throws IOException if a sample cannot be read
   */
  public BenchmarkResult measure(int warmUp, int iterations, Function<Domain, Dataset> datasets)
      throws IOException {
    var shown = new LinkedHashMap<String, Float>();
    for (StreamRequest request : phase.streams()) {
      show(request, datasets.apply(request.domain()), shown);
    }
    List<String> names = phase.streams().stream().map(StreamRequest::name).toList();
    int images = phase.streams().stream().mapToInt(StreamRequest::batch).sum();
    try (var session =
            new PhaseSession(
                run.seed(), run.threads(), run.onDevice(), run.precision(), phase.streams());
        var streams = new PhaseStreams(session.context(), run.decodingThreads())) {
      for (StreamRequest request : phase.streams()) {
        long draws = (long) (warmUp + iterations) * request.batch();
        streams.open(
            request, datasets.apply(request.domain()), run.seed(), draws, 0, CacheFolder.path());
      }
      return Timed.measure(
              method,
              "data",
              images,
              warmUp,
              iterations,
              () -> {
                streams.draw(names).close();
                return Map.of();
              })
          .showing(shown);
    }
  }

  private void show(StreamRequest request, Dataset dataset, Map<String, Float> shown) {
    PixelSize size = request.size();
    long bytes = 0;
    long pixels = 0;
    long ids = 0;
    long labelled = 0;
    try (var pool = new DecodingPool(run.decodingThreads());
        var stream =
            BatchStream.endless(
                pool,
                dataset,
                SamplingOrder.sequential(dataset.size()),
                List.of(new SampleTransform.Resize(size.width(), size.height())),
                run.seed(),
                1,
                2,
                0)) {
      for (int i = 0; i < dataset.size(); i++) {
        Batch batch = stream.next();
        for (byte value : batch.images()) {
          bytes += value & 0xFF;
        }
        pixels += batch.images().length;
        for (byte id : batch.labels()) {
          if ((id & 0xFF) != LabelSpace.IGNORE) {
            ids += id & 0xFF;
            labelled++;
          }
        }
      }
    }
    shown.put(request.name() + "-images", (float) bytes / pixels);
    shown.put(request.name() + "-labels", labelled == 0 ? 0 : (float) ids / labelled);
  }
}
