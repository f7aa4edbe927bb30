package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import com.beust.jcommander.ParametersDelegate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.datasets.DataRoots;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.run.RunDirectory;

/** The options of every command that needs a method. New knobs belong into HOCON, not here. */
public final class ExperimentArguments {
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
    return load(runDir != null);
  }

  /**
   * Reads all options of a run that was trained before; those that its folder records where no
   * others are given.
   */
  public ExperimentLoader loadTrained() {
    return load(options.weights().isEmpty() || runDir != null);
  }

  private ExperimentLoader load(boolean recordedOnes) {
    List<Path> configs = new ArrayList<>(options.files());
    var run = new RunDirectory(runFolder());
    boolean recorded =
        recordedOnes && configs.isEmpty() && !streets && Files.isRegularFile(run.config());
    if (recorded) {
      configs.add(run.config());
    }
    var sources = new OptionSources(method(), streets, configs, options.settings());
    return recorded ? ExperimentLoader.ofRun(run, sources) : new ExperimentLoader(sources);
  }

  /** Returns where data sets lie. */
  public DataRoots dataRoots() {
    return options.dataRoots();
  }

  /** Returns the file of published weights. */
  public Optional<Path> weights() {
    return options.weights();
  }

  /** Returns the run's folder. */
  public Path runFolder() {
    return Path.of(runDir == null ? "runs/" + method() : runDir);
  }
}
