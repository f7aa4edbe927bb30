package org.crossfade.training.config;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.typesafe.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
import org.crossfade.training.options.RunOptions;
import org.crossfade.training.options.TaskOptions;

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
    var reader = new OptionReader(options);
    Optional<TaskOptions> taskOptions = reader.read("task", TaskOptions.class);
    Optional<RunOptions> runOptions = reader.read("run", RunOptions.class);
    LabelSpace labels = taskOptions.map(TaskOptions::labelSpace).orElse(LabelSpace.of(19));
    AdaptationMethod made = make(reader, labels);
    reader.finish();
    this.task = taskOptions.orElseThrow();
    this.run = runOptions.orElseThrow();
    this.adaptation = made;
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

  /** Opens one data set of the task. */
  public Dataset open(DatasetOptions dataset, DataRoots roots) {
    return dataset.open(task.labelSpace(), roots);
  }

  /**
   * Opens the data sets.
   *
   * @param weights file of published weights
   * @throws DataException with what is wrong with any of them
   */
  public Experiment experiment(DataRoots roots, Optional<Path> weights) {
    String weightsHash = weights.map(ExperimentLoader::hash).orElse("");
    List<Dataset> datasets = openAll(roots);
    return new Experiment(
        method,
        adaptation,
        task,
        run,
        datasets.get(0),
        datasets.get(1),
        datasets.get(2),
        datasets.get(3),
        weights,
        weightsHash,
        OptionSources.hash(options, method, weightsHash),
        render());
  }

  /**
   * Opens source, target, labelled target (the target itself where all of it is) and validation
   * samples, in this order.
   *
   * @throws DataException with what is wrong with any of them
   */
  public List<Dataset> openAll(DataRoots roots) {
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
    return Stream.of(source, target, labelled, validation).map(Optional::orElseThrow).toList();
  }

  private static Optional<Dataset> open(Supplier<Dataset> dataset, Set<String> problems) {
    try {
      return Optional.of(dataset.get());
    } catch (DataException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  private static String hash(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidOptionsException(List.of("--weights " + file + ": there is no such file"));
    }
    try {
      return MoreFiles.asByteSource(file).hash(Hashing.crc32c()).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read", e);
    }
  }
}
