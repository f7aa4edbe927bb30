package org.crossfade.training.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.crossfade.training.TinyRuns;

/**
 * One command line of the method {@code tiny}, run in this process.
 *
 * @param code the exit code
 * @param out standard output
 * @param err standard error
 */
public record Typed(int code, String out, String err) {
  /** Words that are added one after the other. */
  public static final class Line {
    private final List<String> words = new ArrayList<>();

    /** Adds words. */
    public Line add(Object... more) {
      for (Object word : more) {
        words.add(word.toString());
      }
      return this;
    }

    /** Adds settings of a small task, and others. */
    public Line settings(String... more) {
      TinyRuns.settings(more).forEach(setting -> add("--set", setting));
      return this;
    }

    /** Runs it. */
    public Typed run() {
      return words(words.toArray(String[]::new));
    }
  }

  /** Returns a line that begins with a verb of the method. */
  public static Line command(String verb) {
    return new Line().add(verb, "--method", "tiny");
  }

  /** Runs words. */
  public static Typed words(String... words) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int code = CommandLine.ofVerbs("crossfade").run(words);
      return new Typed(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }
}
