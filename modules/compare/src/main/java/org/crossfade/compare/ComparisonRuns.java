package org.crossfade.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.datasets.DataRoots;
import org.crossfade.training.cli.NativeProcess;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.Methods;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.loop.ConsoleProgress;
import org.crossfade.training.loop.Experiment;
import org.crossfade.training.loop.TrainingRun;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of a comparison: every method for every seed, each in {@code METHOD-seedSEED}. What is
 * finished there is kept, what was cut off goes on, and phases that several runs have in common are
 * trained once ({@code phases}).
 */
final class ComparisonRuns {
  /** The method that differences refer to. */
  static final String BASELINE = "source-only";

  private static final Logger LOG = LoggerFactory.getLogger(ComparisonRuns.class);

  /**
   * What the user gave, as typed.
   *
   * @param files of options; without any, methods run in their form on Streets
   * @param settings single options
   * @param dataRoots where data sets lie
   */
  record Sources(List<Path> files, List<String> settings, List<String> dataRoots) {
    /** Copies the lists. */
    Sources {
      files = List.copyOf(files);
      settings = List.copyOf(settings);
      dataRoots = List.copyOf(dataRoots);
    }
  }

  private record Planned(String method, long seed, TrainingRun run) {}

  private final List<String> methods;
  private final List<Long> seeds;
  private final Path out;
  private final Sources sources;
  private final DataRoots roots;
  private final Optional<Path> weights;

  ComparisonRuns(
      List<String> methods,
      List<Long> seeds,
      Path out,
      Sources sources,
      DataRoots roots,
      Optional<Path> weights) {
    this.methods = List.copyOf(methods);
    this.seeds = List.copyOf(seeds);
    this.out = out;
    this.sources = sources;
    this.roots = roots;
    this.weights = weights;
  }

  /** Returns the methods on the class path that have a form on Streets, the baseline first. */
  static List<String> methodsOnStreets() {
    return Methods.all().stream()
        .map(AdaptationMethod.Factory::name)
        .filter(OptionSources::hasStreetsForm)
        .sorted(BASELINE_FIRST)
        .toList();
  }

  /** The baseline, then the others by name. */
  static final Comparator<String> BASELINE_FIRST =
      Comparator.comparing((String name) -> !name.equals(BASELINE))
          .thenComparing(Comparator.naturalOrder());

  /** Returns the folder of one run. */
  static Path folder(Path out, String method, long seed) {
    return out.resolve(method + "-seed" + seed);
  }

  /** Trains what is not finished. All options of all runs are checked before the first starts. */
  void train() throws IOException {
    var planned = new ArrayList<Planned>();
    for (long seed : seeds) {
      for (String method : methods) {
        var settings = new ArrayList<>(sources.settings());
        settings.add("run.seed=" + seed);
        var loader =
            new ExperimentLoader(
                new OptionSources(method, sources.files().isEmpty(), sources.files(), settings));
        Experiment experiment = loader.experiment(roots, weights);
        var run =
            new TrainingRun(
                experiment, folder(out, method, seed), Optional.of(out.resolve("phases")));
        run.requireOwnFolder();
        planned.add(new Planned(method, seed, run));
      }
    }
    int number = 0;
    for (Planned run : planned) {
      LOG.info("run {} of {}: {}, seed {}", ++number, planned.size(), run.method(), run.seed());
      train(run);
    }
  }

  private void train(Planned planned) throws IOException {
    planned.run().checkData();
    planned
        .run()
        .train(command(planned), new ConsoleProgress(planned.method(), NativeProcess.isTerminal()));
  }

  /** Returns the arguments that train this run alone. */
  private List<String> command(Planned planned) {
    var command = new ArrayList<String>();
    command.addAll(List.of("compare", "--methods", planned.method()));
    command.addAll(List.of("--seeds", Long.toString(planned.seed())));
    sources.files().forEach(file -> command.addAll(List.of("--config", file.toString())));
    sources.settings().forEach(setting -> command.addAll(List.of("--set", setting)));
    sources.dataRoots().forEach(root -> command.addAll(List.of("--data-root", root)));
    weights.ifPresent(file -> command.addAll(List.of("--weights", file.toString())));
    command.addAll(List.of("--out", out.toString()));
    return command;
  }
}
