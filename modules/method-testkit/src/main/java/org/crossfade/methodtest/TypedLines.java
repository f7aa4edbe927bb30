package org.crossfade.methodtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;

/**
 * Types command lines into the program, one after the other, in one process: a line of standard
 * input holds the words of one, parted by tabs. It knows nothing but the JDK, so that it can stand
 * beside a class path without adding to it; a command that fails ends the process as it ends the
 * program.
 */
public final class TypedLines {
  /** The line that follows the output of a command that is done. */
  public static final String DONE = "-- done --";

  private TypedLines() {}

  /**
   * Reads lines until there are no more.
   *
   * @param arguments the program's main class
   */
  public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
    Method program = Class.forName(arguments[0]).getMethod("main", String[].class);
    try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        program.invoke(null, (Object) line.split("\t", -1));
        System.out.println(DONE);
      }
    }
  }
}
