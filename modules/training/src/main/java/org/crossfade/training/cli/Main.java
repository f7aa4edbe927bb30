package org.crossfade.training.cli;

import java.util.LinkedHashMap;
import java.util.List;

/** The program behind every module's {@code exec:java}. */
public final class Main {
  private Main() {}

  /** Runs one command; exits with 1 or 2 where it fails. */
  public static void main(String[] arguments) {
    NativeProcess.quietLog();
    int code = commandLine(arguments).run(arguments);
    if (code != 0) {
      System.exit(code);
    }
  }

  /**
   * Returns the program's verbs.
   *
   * @param typed the whole command line, for a run's record
   */
  static CommandLine commandLine(String... typed) {
    var commands = new LinkedHashMap<String, Command>();
    commands.put("train", new TrainCommand(List.of(typed)));
    commands.put("evaluate", new EvaluateCommand());
    commands.put("predict", new PredictCommand());
    commands.put("export", new ExportCommand());
    commands.put("reproduce", new ReproduceCommand());
    commands.put("check-data", new CheckDataCommand());
    commands.put("import-weights", new ImportWeightsCommand());
    commands.put("print-config", new PrintConfigCommand());
    commands.put("benchmark", new BenchmarkCommand());
    return new CommandLine("crossfade", commands);
  }
}
