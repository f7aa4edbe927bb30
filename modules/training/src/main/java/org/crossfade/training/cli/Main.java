package org.crossfade.training.cli;

/** The program behind every module's {@code exec:java}: the verbs that are on its class path. */
public final class Main {
  private Main() {}

  /** Runs one command; exits with 1 or 2 where it fails. */
  public static void main(String[] arguments) {
    NativeProcess.prepare();
    int code = CommandLine.ofVerbs("crossfade").run(arguments);
    if (code != CommandLine.DONE) {
      System.exit(code);
    }
  }
}
