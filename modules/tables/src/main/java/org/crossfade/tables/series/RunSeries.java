package org.crossfade.tables.series;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.Contribution;
import org.crossfade.datasets.DataRoots;
import org.crossfade.training.cli.OptionArguments;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.Methods;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.loop.Experiment;
import org.crossfade.training.loop.PhaseTakenException;
import org.crossfade.training.loop.TrainingListener;
import org.crossfade.training.loop.TrainingRun;
import org.crossfade.training.loop.TrainingRun.Portion;
import org.crossfade.training.session.WeightFiles;
import org.crossfade.training.session.WeightsDontFitException;
import org.crossfade.weights.WeightFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of a table or of a comparison: every subject for every seed, each in {@code
 * NAME-seedSEED}. What is finished there is kept, what was cut off goes on, and phases that runs
 * have in common are trained once ({@code phases}).
 */
public final class RunSeries {
  private static final Logger LOG = LoggerFactory.getLogger(RunSeries.class);

  private final Path out;
  private final Inputs inputs;

  /**
   * What all subjects are run with.
   *
   * @param streets whether in their small form on Streets
   * @param files of options, which win over a subject's own
   * @param settings single options, which win over files
   * @param roots where data sets lie
   * @param weights published weights to start from; each subject takes the file that fits its
   *     networks
   */
  public record Inputs(
      boolean streets,
      List<Path> files,
      List<String> settings,
      DataRoots roots,
      WeightFiles weights) {
    /**
     * Copies the lists.
     *
     * @param streets whether in their small form on Streets
     * @param files of options, which win over a subject's own
     * @param settings single options, which win over files
     * @param roots where data sets lie
     * @param weights published weights to start from; each subject takes the file that fits its
     *     networks
     */
    public Inputs {
      files = List.copyOf(files);
      settings = List.copyOf(settings);
    }

    /**
     * {@return what the command line says}
     *
     * @param arguments as they were typed
     * @param streets whether subjects run in their small form on Streets
     */
    public static Inputs of(OptionArguments arguments, boolean streets) {
      return new Inputs(
          streets,
          arguments.files(),
          arguments.settings(),
          arguments.dataRoots(),
          arguments.weights());
    }
  }

  /**
   * A subject's run for one seed.
   *
   * @param subject that is trained
   * @param seed of the run
   * @param labelSpace classes of its task
   * @param run in its folder
   */
  public record Planned(Subject subject, long seed, LabelSpace labelSpace, TrainingRun run) {
    /**
     * {@return the results of the finished run}
     *
     * @throws IOException if a file of the run cannot be read
     */
    public RunResults results() throws IOException {
      return RunResults.read(run.directory().results()).orElseThrow();
    }
  }

  /**
   * Prepares runs in a folder.
   *
   * @param out the folder below which each run has its own
   * @param inputs what all runs share
   */
  public RunSeries(Path out, Inputs inputs) {
    this.out = out;
    this.inputs = inputs;
  }

  /**
   * {@return all runs, checked: options, weights, data roots, and what lies in their folders}
   *
   * @param subjects what is trained, in the order of the table
   * @param seeds one run of each subject for each
   * @throws DataException if the weights of a subject don't fit its networks; all such subjects are
   *     named
   * @throws IOException if a file of options, weights or a run cannot be read
   */
  public List<Planned> plan(List<Subject> subjects, List<Long> seeds) throws IOException {
    requireWeights(subjects, seeds.get(0));
    var planned = new ArrayList<Planned>();
    for (long seed : seeds) {
      for (Subject subject : subjects) {
        ExperimentLoader loader = load(subject, seed);
        Experiment experiment = loader.experiment(inputs.roots(), inputs.weights());
        var run =
            new TrainingRun(
                experiment,
                out.resolve(subject.name() + "-seed" + seed),
                Optional.of(out.resolve("phases")));
        run.requireOwnFolder();
        planned.add(new Planned(subject, seed, loader.task().labelSpace(), run));
      }
    }
    return List.copyOf(planned);
  }

  /**
   * {@return each subject with the runs that show what its ideas add, in front of it: of a method
   * that is compared with another one, that one} A run that two subjects ask for, such as a method
   * and the same up to one of its ideas, is there once.
   *
   * @param subjects in the order of the table
   */
  public List<Subject> withControls(List<Subject> subjects) {
    var named = new LinkedHashMap<String, Subject>();
    subjects.stream()
        .flatMap(
            subject ->
                Stream.concat(comparedWith(subject).stream(), ideaRuns(subject).all().stream()))
        .forEach(run -> named.putIfAbsent(run.name(), run));
    return List.copyOf(named.values());
  }

  /**
   * {@return the run of {@link #withControls} that shows what a subject's last idea adds}
   *
   * @param subject one of a series, or a control
   */
  public Optional<Subject> control(Subject subject) {
    return ideaRuns(subject).control(subject).or(() -> comparedWith(subject));
  }

  private IdeaRuns ideaRuns(Subject subject) {
    return IdeaRuns.of(subject, one -> sources(one, 0).resolve());
  }

  private static Optional<Subject> comparedWith(Subject subject) {
    return subject.file().isEmpty()
            && Methods.named(subject.method()).contribution()
                instanceof Contribution.OverMethod over
        ? Optional.of(Subject.method(over.method()))
        : Optional.empty();
  }

  /** A row in the middle must not be the one that says it: rows before it take days. */
  private void requireWeights(List<Subject> subjects, long seed) {
    var problems = new ArrayList<String>();
    if (!inputs.weights().files().isEmpty()) {
      for (Subject subject : subjects) {
        try {
          inputs.weights().forTraining(load(subject, seed).method());
        } catch (WeightFileException | WeightsDontFitException e) {
          problems.add(subject.title() + ": " + e.getMessage());
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          "the weights don't fit all that is trained:\n" + String.join("\n", problems));
    }
  }

  private ExperimentLoader load(Subject subject, long seed) {
    return new ExperimentLoader(sources(subject, seed));
  }

  private OptionSources sources(Subject subject, long seed) {
    var files = new ArrayList<Path>();
    subject.file().ifPresent(files::add);
    files.addAll(inputs.files());
    var settings = new ArrayList<>(inputs.settings());
    settings.add("run.seed=" + seed);
    settings.addAll(subject.settings());
    return new OptionSources(subject.method(), inputs.streets(), files, settings);
  }

  /**
   * Trains what is not finished, run by run.
   *
   * @param planned the runs, in order
   * @param command the arguments that train one run alone, for its record
   * @param listeners makes a listener for each run
   * @throws IOException if a run's folder cannot be read or written
   */
  public void train(
      List<Planned> planned, Function<Planned, List<String>> command, Listeners listeners)
      throws IOException {
    train(planned, Optional.empty(), command, listeners);
  }

  /**
   * Trains what is not finished, run by run. A run that needs a phase which another process trains
   * comes last: then it waits.
   *
   * @param planned the runs, in order
   * @param until the phase that every run ends with; without one all are trained
   * @param command the arguments that train one run alone, for its record
   * @param listeners makes a listener for each run
   * @throws IOException if a run's folder cannot be read or written
   */
  public void train(
      List<Planned> planned,
      Optional<String> until,
      Function<Planned, List<String>> command,
      Listeners listeners)
      throws IOException {
    var taken = new ArrayList<Planned>();
    int number = 0;
    for (Planned one : planned) {
      LOG.info(
          "run {} of {}: {}, seed {}", ++number, planned.size(), one.subject().title(), one.seed());
      try {
        one.run().checkData();
        one.run().train(command.apply(one), new Portion(until, false), listeners.of(one));
      } catch (PhaseTakenException e) {
        LOG.info("{}, seed {} comes later: {}", one.subject().title(), one.seed(), e.getMessage());
        taken.add(one);
      }
    }
    for (Planned one : taken) {
      one.run().train(command.apply(one), new Portion(until, true), listeners.of(one));
    }
  }

  /** Makes what shows a run's progress. */
  @FunctionalInterface
  public interface Listeners {
    /**
     * {@return the listener of one run}
     *
     * @param planned the run that begins
     */
    TrainingListener of(Planned planned);
  }
}
