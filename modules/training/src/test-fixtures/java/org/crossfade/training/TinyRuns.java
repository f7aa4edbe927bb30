package org.crossfade.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.datasets.DataRoots;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.loop.Experiment;
import org.crossfade.training.loop.Listeners;
import org.crossfade.training.loop.MetricsRecorder;
import org.crossfade.training.loop.PhaseCache;
import org.crossfade.training.loop.StopSignal;
import org.crossfade.training.loop.TrainingListener;
import org.crossfade.training.loop.TrainingLoop;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.session.WeightFiles;

/** Runs of {@link TinyMethod} on a few generated scenes. */
public final class TinyRuns {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TinyRuns() {}

  /** Settings of a task of a few scenes of 64x32, on one thread. */
  public static List<String> settings(String... more) {
    String scenes = "kind = streets, width = 64, height = 32, count = ";
    var settings =
        new ArrayList<>(
            List.of(
                "task.name = tiny",
                "task.source = { " + scenes + "5, style = source, split = train }",
                "task.target = { " + scenes + "4, style = target, split = train }",
                "task.validation = { " + scenes + "2, style = target, split = val }",
                "run.threads = 1",
                "run.log-every = 2",
                "run.sample-images = 0",
                "run.class-center-distance = false"));
    settings.addAll(List.of(more));
    return settings;
  }

  public static Experiment experiment(String... more) {
    return experimentOf("tiny", more);
  }

  public static Experiment experimentOf(String method, String... more) {
    var sources = new OptionSources(method, false, List.of(), settings(more));
    return new ExperimentLoader(sources)
        .experiment(DataRoots.parse(List.of(), Map.of()), WeightFiles.NONE);
  }

  /** Trains in a folder, with the metrics that a run records. */
  public static void train(Experiment experiment, Path folder, TrainingListener... listeners)
      throws IOException {
    train(experiment, folder, Optional.empty(), new StopSignal(), listeners);
  }

  public static void train(
      Experiment experiment,
      Path folder,
      Optional<Path> cache,
      StopSignal stop,
      TrainingListener... listeners)
      throws IOException {
    Files.createDirectories(folder);
    var run = new RunDirectory(folder);
    try (var recorder = new MetricsRecorder(run)) {
      var all = new ArrayList<TrainingListener>(List.of(listeners));
      all.add(recorder);
      new TrainingLoop(experiment, run, new PhaseCache(cache), new Listeners(all), stop).run();
    }
  }

  /** Trains until a phase has done some iterations, then stops as Ctrl-C does. */
  public static void trainUntil(
      Experiment experiment, Path folder, String stopPhase, long stopIteration) throws IOException {
    var stop = new StopSignal();
    train(
        experiment,
        folder,
        Optional.empty(),
        stop,
        new TrainingListener() {
          @Override
          public void iterated(String phase, long iteration, long iterations) {
            if (phase.equals(stopPhase) && iteration == stopIteration) {
              stop.request();
            }
          }
        });
  }

  /** Returns the bytes of all variables in a checkpoint. */
  public static byte[] variables(Path checkpoint) throws IOException {
    return Files.readAllBytes(checkpoint.resolve("variables.data-00000-of-00001"));
  }

  /** Returns the variables at the end of a phase. */
  public static byte[] end(Path folder, String phase) throws IOException {
    return variables(new RunDirectory(folder).phase(phase));
  }

  /** Returns the lines of metrics without what tells of time. */
  public static List<String> metrics(Path folder) throws IOException {
    var lines = new ArrayList<String>();
    for (String line : Files.readAllLines(new RunDirectory(folder).metrics())) {
      var node = (ObjectNode) JSON.readTree(line);
      node.remove(List.of("imagesPerSecond", "seconds"));
      lines.add(node.toString());
    }
    return lines;
  }
}
