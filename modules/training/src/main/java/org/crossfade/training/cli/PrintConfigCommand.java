package org.crossfade.training.cli;

import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;

/** {@code print-config}: the resolved options, which {@code --config} reads back. */
@Parameters(commandDescription = "Print the resolved options; starts nothing")
final class PrintConfigCommand implements Command {
  @ParametersDelegate private final ExperimentArguments experiment = new ExperimentArguments();

  @Override
  public boolean helpAsked() {
    return experiment.helpAsked();
  }

  @Override
  public int run() {
    System.out.println(experiment.load().render());
    return CommandLine.DONE;
  }
}
