package org.crossfade.api;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.options.Hocon;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.datasets.DataRoots;
import org.crossfade.training.cli.NativeProcess;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.loop.Experiment;
import org.crossfade.training.loop.StopSignal;
import org.crossfade.training.loop.StoppedException;
import org.crossfade.training.loop.TrainingDivergedException;
import org.crossfade.training.loop.TrainingListener;
import org.crossfade.training.loop.TrainingRun;
import org.crossfade.training.run.CacheFolder;
import org.crossfade.training.run.Format;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.session.WeightFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training of one method, said step by step: each call answers a training that has one thing
 * more, and leaves the one before as it was. {@link #train} begins it.
 */
public final class Training {
  private static final Logger LOG = LoggerFactory.getLogger(Training.class);
  private static final String CLASSES = "task.classes";
  private static final String SET = "--set ";

  private final String method;
  private final Map<String, Dataset> data = new LinkedHashMap<>();
  private final List<String> options = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private final List<Path> weights = new ArrayList<>();
  private final List<TrainingListener> listeners = new ArrayList<>();
  private boolean smallForm;
  private StopSignal stop = new StopSignal(LOG::warn);

  Training(String method) {
    this.method = method;
  }

  private Training copy() {
    var copy = new Training(method);
    copy.data.putAll(data);
    copy.options.addAll(options);
    copy.files.addAll(files);
    copy.weights.addAll(weights);
    copy.listeners.addAll(listeners);
    copy.smallForm = smallForm;
    return copy;
  }

  private Training with(String part, Dataset dataset) {
    Training copy = copy();
    copy.data.put(part, dataset);
    return copy;
  }

  /**
   * Trains on labelled images of this domain. Its classes are those of the task.
   *
   * @param labelled with classes and a label map for each image; takes the place of an earlier one
   * @return a new training with this added
   */
  public Training source(Dataset labelled) {
    return with(Domains.SOURCE, labelled);
  }

  /**
   * Adapts to images of this domain. Labels are read by methods alone that learn from them.
   *
   * @param images with labels or without; takes the place of an earlier data set
   * @return a new training with this added
   */
  public Training target(Dataset images) {
    return with(Domains.TARGET, images);
  }

  /**
   * Scores on labelled images of the target domain that training does not see. Without them one
   * image in five of the target is held out, if it has labels; of the source, if it has not: such
   * scores say nothing about the target, and the log says so.
   *
   * @param labelled with classes of the task's names; takes the place of an earlier data set
   * @return a new training with this added
   */
  public Training validation(Dataset labelled) {
    return with(Domains.VALIDATION, labelled);
  }

  /**
   * Changes options.
   *
   * @param hocon such as {@code "fada.alignment.clip = 0.8"} or {@code "run.seed = 1"}; later ones
   *     win. {@code "task.classes = 19"} or a definition of one's own takes the place of the
   *     source's classes
   * @return a new training with this added
   */
  public Training options(String... hocon) {
    Training copy = copy();
    copy.options.addAll(List.of(hocon));
    return copy;
  }

  /**
   * Takes options from a file, as {@code --config} does; {@link #options} win over it.
   *
   * @param file of HOCON; it is read when the training begins
   * @return a new training with this added
   */
  public Training optionsFile(Path file) {
    Training copy = copy();
    copy.files.add(file);
    return copy;
  }

  /**
   * Begins with the method's small form in place of the published one: a small network and images
   * of 256x128, minutes on a processor.
   *
   * @return a new training of the small form
   */
  public Training smallForm() {
    Training copy = copy();
    copy.smallForm = true;
    return copy;
  }

  /**
   * Starts from published weights.
   *
   * @param published files, {@code .pth} or {@code .safetensors}
   * @return a new training with this added
   */
  public Training weights(Path... published) {
    Training copy = copy();
    copy.weights.addAll(List.of(published));
    return copy;
  }

  /**
   * Tells what happens: phases, iterations, losses, evaluations, checkpoints.
   *
   * @param listener one more beside those given before
   * @return a new training with this added
   */
  public Training listener(TrainingListener listener) {
    Training copy = copy();
    copy.listeners.add(listener);
    return copy;
  }

  /**
   * Trains to the end, and answers what was learned. What the folder holds of the same training is
   * not done again: one that was stopped, or whose process died, goes on.
   *
   * @param runFolder of options, metrics, checkpoints, scores and pictures; made if it is missing
   * @return the end of the last phase, to be closed by the caller
   * @throws IllegalStateException if source or target is missing
   * @throws InvalidOptionsException with everything that is wrong with options
   * @throws DataException with what is wrong with the data
   * @throws RunFolderException if the folder holds a training of other options or other data
   * @throws StoppedException if {@link #stop} was called; everything is saved
   * @throws TrainingDivergedException if a loss is not finite
   * @throws IOException if the folder can't be read or written
   */
  public TrainedModel train(Path runFolder) throws IOException {
    try {
      NativeProcess.prepareLibrary();
      Domains domains = Domains.of(method, data);
      Format.requireResumable(new RunDirectory(runFolder));
      var run = new TrainingRun(experiment(domains), runFolder, Optional.empty());
      run.checkData();
      run.train(List.of(command()), signal(), listeners.toArray(TrainingListener[]::new));
    } finally {
      renewSignal();
    }
    return TrainedModel.load(runFolder);
  }

  /**
   * Asks a training to end after the iteration that it is in; for other threads. {@link #train}
   * saves, and throws {@link StoppedException}. Before {@code train} is called, it ends that after
   * its first iteration.
   */
  public void stop() {
    signal().request();
  }

  private synchronized StopSignal signal() {
    return stop;
  }

  private synchronized void renewSignal() {
    stop = new StopSignal(LOG::warn);
  }

  private Experiment experiment(Domains domains) {
    var settings = new ArrayList<String>();
    domains
        .byPart()
        .forEach(
            (part, content) ->
                settings.add(
                    // Sections are merged: what another kind has must go first.
                    "task.%s = null%ntask.%s = %s"
                        .formatted(part, part, hocon(content.section()))));
    settings.add("task.name = " + hocon(domains.name()));
    if (!saysClasses() && domains.source().labelled()) {
      settings.add("%s = null%n%s = %s".formatted(CLASSES, CLASSES, hocon(domains.classes())));
    }
    settings.addAll(options);
    try {
      var loader = new ExperimentLoader(new OptionSources(method, smallForm, files, settings));
      return loader.experiment(
          DataRoots.parse(List.of(), System.getenv())
              .withCache(CacheFolder::path)
              .withGiven(domains.given()),
          new WeightFiles(weights));
    } catch (InvalidOptionsException e) {
      throw new InvalidOptionsException(e.problems().stream().map(Training::said).toList(), e);
    }
  }

  private static String said(String problem) {
    return problem.startsWith(SET) ? "options: " + problem.substring(SET.length()) : problem;
  }

  private boolean saysClasses() {
    return Stream.concat(
            options.stream().map(text -> Hocon.text(text, "options")),
            files.stream().map(OptionSources::parse))
        .anyMatch(config -> config.hasPath(CLASSES) || config.hasPath("crossfade." + CLASSES));
  }

  private static String hocon(Object value) {
    return ConfigValueFactory.fromAnyRef(value).render(ConfigRenderOptions.concise());
  }

  private String command() {
    var text = new StringBuilder("Crossfade.method(\"" + method + "\")");
    data.forEach((part, dataset) -> text.append(".%s(%s)".formatted(part, dataset.name())));
    return text.append(smallForm ? ".smallForm()" : "").append(".train(...)").toString();
  }
}
