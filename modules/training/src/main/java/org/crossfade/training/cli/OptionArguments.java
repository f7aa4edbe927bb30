package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.crossfade.datasets.DataRoots;
import org.crossfade.training.run.CacheFolder;
import org.crossfade.training.session.WeightFiles;

/** Where options, data and weights come from: the same arguments for every program. */
public final class OptionArguments {
  @Parameter(
      names = "--config",
      description = "HOCON file of options; repeatable, later files win",
      splitter = WholeArgument.class)
  private List<String> files = new ArrayList<>();

  @Parameter(
      names = "--set",
      description = "One option, KEY=VALUE, e.g. run.seed=1; repeatable, wins over files",
      splitter = WholeArgument.class)
  private List<String> settings = new ArrayList<>();

  @Parameter(
      names = "--data-root",
      description =
          "Folder that holds the data sets, or NAME=FOLDER for one; repeatable"
              + " (default: $CROSSFADE_DATA_ROOT)",
      splitter = WholeArgument.class)
  private List<String> dataRoots = new ArrayList<>();

  @Parameter(
      names = "--weights",
      description =
          "Published weights to start from: .pth or .safetensors; repeatable, each network takes"
              + " the file that fits it",
      splitter = WholeArgument.class)
  private List<String> weights = new ArrayList<>();

  /** Returns the files of options, in the order in which they were given. */
  public List<Path> files() {
    return files.stream().map(Path::of).toList();
  }

  /** Returns single options, {@code key=value}. */
  public List<String> settings() {
    return List.copyOf(settings);
  }

  /** Returns whether nothing says which options and data are meant. */
  boolean areNone() {
    return files.isEmpty() && settings.isEmpty() && dataRoots.isEmpty();
  }

  /** Returns the words that give the same again. */
  public List<String> typed() {
    var words = new ArrayList<String>();
    files.forEach(file -> words.addAll(List.of("--config", file)));
    settings.forEach(setting -> words.addAll(List.of("--set", setting)));
    dataRoots.forEach(root -> words.addAll(List.of("--data-root", root)));
    weights.forEach(file -> words.addAll(List.of("--weights", file)));
    return words;
  }

  /**
   * Returns where data sets lie.
   *
   * @throws ParameterException if a root is given twice or in another form
   */
  public DataRoots dataRoots() {
    try {
      return DataRoots.parse(dataRoots, System.getenv()).withCache(CacheFolder::path);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(e.getMessage(), e);
    }
  }

  /** Returns the files of published weights. */
  public WeightFiles weights() {
    return new WeightFiles(weights.stream().map(Path::of).toList());
  }
}
