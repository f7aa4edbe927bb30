package org.crossfade.training.cli;

import com.beust.jcommander.converters.IParameterSplitter;
import java.util.List;

/** Keeps {@code --set a=[0,1,2]} in one piece: JCommander splits list options at commas. */
public final class WholeArgument implements IParameterSplitter {
  /** For JCommander. */
  public WholeArgument() {}

  @Override
  public List<String> split(String value) {
    return List.of(value);
  }
}
