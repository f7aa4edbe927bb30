package org.crossfade.training.config;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.typesafe.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.MethodContext;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.core.options.OptionReader;
import org.crossfade.datasets.DataRoots;
import org.crossfade.datasets.DatasetOptions;
import org.crossfade.training.loop.Experiment;
import org.crossfade.training.loop.TaskData;
import org.crossfade.training.options.RunOptions;
import org.crossfade.training.options.TaskClasses;
import org.crossfade.training.options.TaskOptions;
import org.crossfade.training.run.Format;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.session.WeightFiles;
import org.crossfade.weights.WeightFileException;

/** Reads all options of a run, and everything that is wrong with them, before any work starts. */
public final class ExperimentLoader {
  private final String method;
  private final Config options;
  private final TaskOptions task;
  private final RunOptions run;
  private final AdaptationMethod adaptation;

  /**
   * Reads options.
   *
   * @throws InvalidOptionsException with every problem
   */
  public ExperimentLoader(OptionSources sources) {
    this.method = sources.method();
    this.options = sources.resolve();
    var problems = new ArrayList<String>();
    var reader = new OptionReader(withClasses(problems));
    problems.forEach(reader::problem);
    Optional<TaskOptions> taskOptions = reader.read("task", TaskOptions.class);
    Optional<RunOptions> runOptions = reader.read("run", RunOptions.class);
    LabelSpace labels = taskOptions.map(TaskOptions::labelSpace).orElse(LabelSpace.of(19));
    AdaptationMethod made = make(reader, labels);
    reader.finish();
    this.task = taskOptions.orElseThrow();
    this.run = runOptions.orElseThrow();
    this.adaptation = made;
  }

  /**
   * Reads the options of a run that was trained before.
   *
   * @param run whose recorded options are among the sources
   * @throws RunFolderException if another version wrote them and this one can't read them; the
   *     message says which reads them
   * @throws InvalidOptionsException with every problem of a folder of this version
   */
  public static ExperimentLoader ofRun(RunDirectory run, OptionSources sources) {
    Format.requireReadable(run);
    try {
      return new ExperimentLoader(sources);
    } catch (InvalidOptionsException e) {
      int format = Format.of(run);
      if (format == Format.CURRENT) {
        throw e;
      }
      throw new RunFolderException(
          "the run folder '"
              + run.root()
              + "' has format "
              + format
              + ", and its options can't be read any more. Use "
              + Format.readBy(format)
              + "; or write them anew for --config:\n"
              + e.getMessage(),
          e);
    }
  }

  /** Without classes, the published ones stand in, so that what else is wrong is found too. */
  private Config withClasses(List<String> problems) {
    try {
      return TaskClasses.expanded(options);
    } catch (InvalidOptionsException e) {
      problems.addAll(e.problems());
      return TaskClasses.published(options);
    }
  }

  private AdaptationMethod make(OptionReader reader, LabelSpace labels) {
    var context =
        new MethodContext() {
          @Override
          public <R extends Record> R options(Class<R> type) {
            return reader.read(method, type).orElseThrow(() -> refused(reader));
          }

          @Override
          public LabelSpace labelSpace() {
            return labels;
          }
        };
    try {
      return Methods.named(method).create(context);
    } catch (InvalidOptionsException e) {
      return null;
    } catch (IllegalArgumentException e) {
      reader.problem("'" + method + "': " + e.getMessage());
      return null;
    }
  }

  private static InvalidOptionsException refused(OptionReader reader) {
    return new InvalidOptionsException(reader.problems());
  }

  /** Returns the task. */
  public TaskOptions task() {
    return task;
  }

  /** Returns how the loop goes. */
  public RunOptions run() {
    return run;
  }

  /** Returns the method. */
  public AdaptationMethod method() {
    return adaptation;
  }

  /** Returns the resolved options as HOCON text. */
  public String render() {
    return OptionSources.render(options, method);
  }

  /**
   * Returns a hash of the options that decide what a run computes.
   *
   * @param weightsHash of the published weights that it starts from, empty without
   */
  public String optionsHash(String weightsHash) {
    return OptionSources.hash(options, method, weightsHash);
  }

  /** Opens one data set of the task. */
  public Dataset open(DatasetOptions dataset, DataRoots roots) {
    return dataset.open(task.labelSpace(), roots);
  }

  /**
   * Opens the data sets.
   *
   * @param given files of published weights, of which the one is taken that fits the method's
   *     networks
   * @throws InvalidOptionsException if the method learns from few labelled target images and the
   *     options don't say which
   * @throws DataException with what is wrong with any of them
   * @throws WeightFileException if the weights don't fit
   */
  public Experiment experiment(DataRoots roots, WeightFiles given) {
    requireLabelChoice();
    given.files().forEach(ExperimentLoader::requireThere);
    Optional<Path> weights = given.forTraining(adaptation);
    String weightsHash = weights.map(ExperimentLoader::hash).orElse("");
    return new Experiment(
        method,
        adaptation,
        task,
        run,
        data(roots),
        new Experiment.PublishedWeights(weights, weightsHash),
        new Experiment.ResolvedOptions(render(), optionsHash(weightsHash)));
  }

  /**
   * Opens all data sets of the task; the labelled target is the target itself where all of it is.
   *
   * @throws DataException with what is wrong with any of them
   */
  public TaskData data(DataRoots roots) {
    var problems = new LinkedHashSet<String>();
    Optional<Dataset> source = open(() -> open(task.source(), roots), problems);
    Optional<Dataset> target = open(() -> open(task.target(), roots), problems);
    Optional<Dataset> listed =
        task.targetLabels().list().isEmpty()
            ? target
            : open(() -> open(task.labelledTarget(), roots), problems);
    Optional<Dataset> labelled =
        listed.flatMap(all -> open(() -> task.targetLabels().of(all), problems));
    Optional<Dataset> validation = open(() -> open(task.validation(), roots), problems);
    if (!problems.isEmpty()) {
      throw new DataException(String.join("\n", problems));
    }
    return new TaskData(
        source.orElseThrow(),
        target.orElseThrow(),
        labelled.orElseThrow(),
        validation.orElseThrow());
  }

  private void requireLabelChoice() {
    if (adaptation.needsLabelChoice() && task.targetLabels().isAll()) {
      throw new InvalidOptionsException(
          List.of(
              "'"
                  + method
                  + "' learns from few labelled target images, and nothing says which: set"
                  + " 'task.target-labels', e.g. --set task.target-labels.shots-per-city=1 for one"
                  + " of each city (list: a file of names; one-in = 1: all of them)"));
    }
  }

  private static Optional<Dataset> open(Supplier<Dataset> dataset, Set<String> problems) {
    try {
      return Optional.of(dataset.get());
    } catch (DataException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  private static void requireThere(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidOptionsException(List.of("--weights " + file + ": there is no such file"));
    }
  }

  /** Returns a hash of a file of published weights. */
  public static String hash(Path file) {
    try {
      return MoreFiles.asByteSource(file).hash(Hashing.crc32c()).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read", e);
    }
  }
}
