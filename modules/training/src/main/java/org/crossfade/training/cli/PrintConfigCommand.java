package org.crossfade.training.cli;

import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.util.List;

/** {@code print-config}: the resolved options, which {@code --config} reads back. */
@Parameters(commandDescription = "Print the resolved options; starts nothing")
public final class PrintConfigCommand implements Command {
  @ParametersDelegate private final ExperimentArguments experiment = new ExperimentArguments();

  /** For {@link java.util.ServiceLoader}. */
  public PrintConfigCommand() {}

  @Override
  public String verb() {
    return "print-config";
  }

  @Override
  public boolean helpAsked() {
    return experiment.helpAsked();
  }

  @Override
  public int run(List<String> typed) {
    System.out.println(experiment.load().render());
    return CommandLine.DONE;
  }
}
