package org.crossfade.training.loop;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.DatasetPass;
import org.crossfade.core.method.FetchedValues;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.StepContext;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.datasets.decoding.Prefetcher;
import org.crossfade.datasets.transform.SampleTransforms;
import org.crossfade.training.evaluation.InferenceGraph;
import org.crossfade.training.run.ArtefactFolder;
import org.crossfade.training.run.FileProblem;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.session.PhaseSession;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/** Runs one pass over a data set. A pass that was cut off starts anew. */
final class PassRunner {
  private record NativeSample(Sample sample, int height, int width) {}

  private final Experiment experiment;
  private final DatasetPass pass;
  private final RunDirectory run;
  private final TrainingListener listener;
  private final StopSignal stop;

  PassRunner(
      Experiment experiment,
      DatasetPass pass,
      RunDirectory run,
      TrainingListener listener,
      StopSignal stop) {
    this.experiment = experiment;
    this.pass = pass;
    this.run = run;
    this.listener = listener;
    this.stop = stop;
  }

  /** Computes every sample's outputs and hands them to the pass's sink. */
  ArtefactFolder.Inventory run() throws IOException {
    requireTrained();
    Dataset dataset = experiment.dataset(pass.input());
    if (!pass.input().labels().groundTruth()) {
      dataset = StreamDataset.unlabelled(dataset);
    }
    try (var session =
            new PhaseSession(
                experiment.run().seed(),
                experiment.run().threads(),
                experiment.run().onDevice(),
                experiment.run().precision(),
                List.of(pass.input()));
        var pool = new DecodingPool(experiment.run().decodingThreads());
        var samples = open(dataset, pool)) {
      DatasetPass.PassGraph graph = pass.graph().apply(session.context());
      var outputs = FetchedValues.of(session.context(), graph.outputs().values());
      session.initialise(pass.initialWeights(), run, Optional.empty());
      var folder =
          new ArtefactFolder(
              run.artefact(pass.name()),
              experiment.labelSpace(),
              run.samples().resolve(pass.name()));
      DatasetPass.PassSink sink = graph.sink().apply(folder);
      int size = visited(dataset);
      listener.phaseStarted(pass.name(), 0, size, "pass over " + dataset.name());
      while (samples.hasNext()) {
        if (stop.requested()) {
          throw new StoppedException(
              "stopped in pass '"
                  + pass.name()
                  + "', which starts anew when the same command is"
                  + " run again");
        }
        NativeSample input = samples.next();
        try (Result values = run(session, outputs, input)) {
          Map<String, Tensor> named = new LinkedHashMap<>();
          graph.outputs().keySet().forEach(name -> named.put(name, values.get(named.size())));
          sink.accept(input.sample().id(), named);
        }
        listener.iterated(pass.name(), samples.position(), size);
      }
      sink.finish();
    } catch (IOException e) {
      throw new RunFolderException(
          "the artefact '"
              + run.artefact(pass.name())
              + "' can't be written: "
              + FileProblem.describe(e)
              + ". Make room or fix the folder, then run the same command again to resume",
          e);
    }
    ArtefactFolder.Inventory record =
        ArtefactFolder.inventory(
            run.artefact(pass.name()), PhaseStarts.of(pass, run).fingerprints());
    Json.write(run.artefactRecord(pass.name()), record);
    return record;
  }

  /** Published weights belong to a network, which a pass does not name. */
  private void requireTrained() {
    pass.initialWeights()
        .forEach(
            (role, weights) -> {
              if (weights instanceof InitialWeights.Pretrained) {
                throw new IllegalStateException(
                    "pass '"
                        + pass.name()
                        + "': role '"
                        + role
                        + "' must start from a phase; published weights are loaded by training"
                        + " phases only");
              }
            });
  }

  private Prefetcher<NativeSample> open(Dataset dataset, DecodingPool pool) {
    return new Prefetcher<>(
        pool,
        at -> {
          Sample sample = dataset.read((int) at);
          Sample transformed =
              SampleTransforms.apply(pass.input().transforms(), sample, experiment.run().seed());
          return new NativeSample(transformed, sample.image().height(), sample.image().width());
        },
        0,
        visited(dataset),
        4);
  }

  private int visited(Dataset dataset) {
    return Math.min(dataset.size(), pass.samples().orElse(dataset.size()));
  }

  private Result run(PhaseSession session, FetchedValues outputs, NativeSample input) {
    StepContext context = session.context();
    StepContext.StreamFeeds feeds = context.feeds(pass.input().name());
    try (Tensor image = InferenceGraph.tensor(input.sample().image());
        Tensor labels = labels(input.sample(), feeds);
        TInt32 size = TInt32.vectorOf(input.height(), input.width());
        TInt64 seed = TInt64.vectorOf(experiment.run().seed(), 0)) {
      return outputs.run(
          session.session(),
          Map.of(
              feeds.images(),
              image,
              feeds.labels(),
              labels,
              context.nativeSize(),
              size,
              context.seedFeed(),
              seed));
    }
  }

  /** The sample's labels, [1, H, W]; 255 everywhere where the stream has none. */
  private static Tensor labels(Sample sample, StepContext.StreamFeeds feeds) {
    Shape shape = feeds.labels().shape();
    byte[] ids =
        sample
            .labels()
            .map(LabelMap::trainIds)
            .orElseGet(
                () -> {
                  byte[] none = new byte[(int) shape.size()];
                  Arrays.fill(none, (byte) LabelSpace.IGNORE);
                  return none;
                });
    return TUint8.tensorOf(shape, DataBuffers.of(ids, true, false));
  }
}
