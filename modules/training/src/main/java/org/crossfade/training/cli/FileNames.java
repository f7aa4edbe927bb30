package org.crossfade.training.cli;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of files that are not ASCII, under a locale that is ({@code LC_ALL=C}, as containers have
 * it). Java decides when it starts how it encodes names, and can't open such files then: where that
 * is so, the process starts itself anew under {@code C.UTF-8}.
 */
final class FileNames {
  /** The C library. */
  interface Execution extends Library {
    /** Sets a variable of the process's environment. */
    int setenv(String name, String value, int overwrite);

    /** Replaces the process by a program; returns where that fails alone. */
    int execv(String path, Pointer[] arguments);
  }

  /** Says to the process that it was started anew already. */
  private static final String STARTED_ANEW = "CROSSFADE_LOCALE";

  private static final List<String> OWN_PROGRAMS =
      List.of("org.crossfade.", "org.codehaus.plexus.classworlds.launcher.Launcher");

  private FileNames() {}

  /** Starts the process anew where it can't name all files; does not return then. */
  static void ensureAll() {
    if (!Platform.isLinux() || namesAll() || System.getenv(STARTED_ANEW) != null) {
      return;
    }
    String program = System.getProperty("sun.java.command", "");
    if (OWN_PROGRAMS.stream().noneMatch(program::startsWith)) {
      // Somebody else's process, which uses Crossfade as a library.
      return;
    }
    try {
      Execution c = Native.load(Platform.C_LIBRARY_NAME, Execution.class);
      Pointer[] arguments = arguments();
      if (c.setenv("LC_ALL", "C.UTF-8", 1) == 0 && c.setenv(STARTED_ANEW, "C.UTF-8", 1) == 0) {
        System.out.flush();
        c.execv("/proc/self/exe", arguments);
      }
      System.err.println("names of files are ASCII alone here; LC_ALL=C.UTF-8 allows others");
    } catch (IOException | LinkageError e) {
      System.err.println(
          "names of files are ASCII alone here; LC_ALL=C.UTF-8 allows others: " + e.getMessage());
    }
  }

  private static boolean namesAll() {
    try {
      String name = System.getProperty("sun.jnu.encoding", "UTF-8");
      return !Charset.forName(name).equals(StandardCharsets.US_ASCII);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return true;
    }
  }

  /** The words as bytes: as strings they have lost what is not ASCII. */
  private static Pointer[] arguments() throws IOException {
    byte[] line = Files.readAllBytes(Path.of("/proc/self/cmdline"));
    var words = new ArrayList<Pointer>();
    int start = 0;
    for (int end = 0; end < line.length; end++) {
      if (line[end] == 0) {
        var word = new Memory(end - start + 1L);
        word.write(0, line, start, end - start + 1);
        words.add(word);
        start = end + 1;
      }
    }
    words.add(Pointer.NULL);
    return words.toArray(Pointer[]::new);
  }
}
