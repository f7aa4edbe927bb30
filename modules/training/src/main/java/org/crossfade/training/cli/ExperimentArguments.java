package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.datasets.DataRoots;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.options.RecordedOptions;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.Provenance;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.session.WeightFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The options of every command that needs a method. New knobs belong into HOCON, not here. */
public final class ExperimentArguments {
  private static final Logger LOG = LoggerFactory.getLogger(ExperimentArguments.class);

  @ParametersDelegate private final HelpArgument help = new HelpArgument();

  @ParametersDelegate private final OptionArguments options = new OptionArguments();

  @Parameter(names = "--method", description = "Method (default: the module's own)")
  private String method = System.getProperty("crossfade.method", "");

  @Parameter(
      names = "--streets",
      description = "Use the method's small form on Streets, the generated data set")
  private boolean streets;

  @Parameter(
      names = "--run-dir",
      description = "Folder of the run; resumes what it holds (default: runs/METHOD)")
  private String runDir;

  /** Returns the method's name. */
  public String method() {
    if (method.isEmpty()) {
      throw new ParameterException("which method? Give --method");
    }
    return method;
  }

  /** Returns whether help was asked for. */
  public boolean helpAsked() {
    return help.asked();
  }

  /** Reads all options; those of a folder named by {@code --run-dir} where no others are given. */
  public ExperimentLoader load() {
    return load(runDir != null, false);
  }

  /**
   * Reads all options of a run that was trained before; those that its folder records where no
   * others are given.
   */
  public ExperimentLoader loadTrained() {
    return load(options.weights().files().isEmpty() || runDir != null, true);
  }

  private ExperimentLoader load(boolean recordedOnes, boolean trained) {
    List<Path> configs = new ArrayList<>(options.files());
    var run = new RunDirectory(runFolder());
    boolean recorded = recordedOnes && configs.isEmpty() && !streets && recorded(run, trained);
    if (recorded) {
      configs.add(run.config());
    }
    var sources = new OptionSources(method(), streets, configs, options.settings());
    return recorded ? ExperimentLoader.ofRun(run, sources) : new ExperimentLoader(sources);
  }

  /**
   * Returns whether a folder has a record of options to go by. One that is torn, of a run that has
   * come to nothing, stands in nobody's way.
   */
  private boolean recorded(RunDirectory run, boolean trained) {
    if (!Files.isRegularFile(run.config())) {
      return false;
    }
    try {
      RecordedOptions.require(run.config(), method());
      return true;
    } catch (InvalidOptionsException e) {
      if (trained || holdsWork(run) || RecordedOptions.includes(run.config())) {
        throw e;
      }
      LOG.warn("nothing was trained in {} yet; left alone: {}", run.root(), e.getMessage());
      return false;
    }
  }

  private static boolean holdsWork(RunDirectory run) {
    try {
      return run.holdsWork();
    } catch (IOException e) {
      throw new UncheckedIOException("the run folder " + run.root(), e);
    }
  }

  /**
   * Checks that data are those that a run was scored with, where nothing but its folder says which
   * are meant. A run that was started from Java may have other data than its options name.
   *
   * @param part of the task
   * @throws RunFolderException if they are others
   */
  void requireRecorded(String part, Dataset dataset) throws IOException {
    var run = new RunDirectory(runFolder());
    if (!options.areNone() || streets || !weights().files().isEmpty()) {
      return;
    }
    if (!Files.exists(run.provenance())) {
      return;
    }
    String recorded = Json.read(run.provenance(), Provenance.class).datasets().get(part);
    if (recorded != null && !recorded.equals(dataset.fingerprint())) {
      throw new RunFolderException(
          "the run folder '%s' was trained with other %s data than its options name, %s: it was"
                  .formatted(run.root(), part, dataset)
              + " started from Java, or the data have changed since. Say which data are meant, by"
              + " --config, --set task.%s... or --data-root".formatted(part));
    }
  }

  /** Returns where data sets lie. */
  public DataRoots dataRoots() {
    return options.dataRoots();
  }

  /** Returns the files of published weights. */
  public WeightFiles weights() {
    return options.weights();
  }

  /**
   * Returns the file of published weights, for a command that is about it.
   *
   * @throws ParameterException if none was given, or several
   */
  public Path weightFile() {
    List<Path> files = options.weights().files();
    if (files.size() != 1) {
      throw new ParameterException(
          "which file? Give one --weights FILE.pth or FILE.safetensors, found " + files.size());
    }
    return files.get(0);
  }

  /** Returns the run's folder. */
  public Path runFolder() {
    return Path.of(runDir == null ? "runs/" + method() : runDir);
  }
}
