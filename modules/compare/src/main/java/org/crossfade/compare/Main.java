package org.crossfade.compare;

import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.cli.NativeProcess;

/** The comparison as a program; without arguments, the demo on Streets. */
public final class Main {
  private Main() {}

  /**
   * Runs the comparison; exits with 1 where it fails, with 2 where it was asked wrongly.
   *
   * @param arguments what was typed behind the program's name
   */
  public static void main(String[] arguments) {
    NativeProcess.prepare();
    int code = CommandLine.single("compare", new CompareCommand()).run(arguments);
    if (code != CommandLine.DONE) {
      System.exit(code);
    }
  }
}
