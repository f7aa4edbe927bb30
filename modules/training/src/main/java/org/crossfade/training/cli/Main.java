package org.crossfade.training.cli;

import java.util.LinkedHashMap;

/** The program behind every module's {@code exec:java}. */
public final class Main {
  private Main() {}

  /** Runs one command; exits with 1 or 2 where it fails. */
  public static void main(String[] arguments) {
    NativeProcess.quietLog();
    var commands = new LinkedHashMap<String, Command>();
    commands.put("train", new TrainCommand());
    commands.put("evaluate", new EvaluateCommand());
    commands.put("predict", new PredictCommand());
    commands.put("export", new ExportCommand());
    commands.put("check-data", new CheckDataCommand());
    commands.put("import-weights", new ImportWeightsCommand());
    commands.put("print-config", new PrintConfigCommand());
    commands.put("benchmark", new BenchmarkCommand());
    int code = new CommandLine("crossfade", commands).run(arguments);
    if (code != 0) {
      System.exit(code);
    }
  }
}
