package org.crossfade.training.cli;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.util.List;
import java.util.Locale;

/**
 * What Java can't do to its own process: set variables of its environment, which is where
 * TensorFlow's native library looks for the level of its log and for oneDNN when it is loaded, and
 * CUDA's libraries for TF32, and tell a terminal from a file.
 */
public final class NativeProcess {
  /** The C library. */
  public interface CLibrary extends Library {
    /** Sets a variable of the process's environment. */
    int setenv(String name, String value, int overwrite);

    /** Tells whether a file descriptor is a terminal. */
    int isatty(int descriptor);
  }

  /** From which level on TensorFlow writes its log. */
  private static final String LEVEL = "TF_CPP_MIN_LOG_LEVEL";

  private static final String JAVACPP = "org.bytedeco.javacpp.";
  private static final String ALL = "0";
  private static final String ERRORS_ALONE = "2";

  /** Where it is once what native code writes is read. */
  private static int standardError = NativeLog.STANDARD_ERROR;

  private static final String UNSET =
      "TensorFlow's native log stays on, and oneDNN may be off (export TF_ENABLE_ONEDNN_OPTS=1): ";

  private NativeProcess() {}

  /**
   * Makes a process fit to run a command: numbers are written with the digits of ASCII, files may
   * have any name, native messages are filtered, oneDNN is on, and float32 on a GPU is not TF32,
   * the last three unless the user's environment says otherwise. TensorFlow uses oneDNN by itself
   * only on processors with AVX-512, and without it dilated convolutions can't be trained on a CPU.
   */
  public static void prepare() {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    FileNames.ensureAll();
    // Who asks for everything gets it as it is.
    if (!Platform.isWindows() && !ALL.equals(System.getenv(LEVEL))) {
      standardError = NativeLog.begin();
    }
    prepareTensorFlow(standardError == NativeLog.STANDARD_ERROR ? ERRORS_ALONE : ALL);
  }

  /**
   * Makes the process of a program that uses Crossfade as a library fit for TensorFlow: as {@link
   * #prepare}, but nothing of Java's own is changed, and native messages below errors are hidden.
   *
   * @throws IllegalStateException if the process writes numbers with other digits than ASCII's, as
   *     some locales do: names in TensorFlow's graphs can't have them
   */
  public static void prepareLibrary() {
    if (!String.format("%d", 1).equals("1")) {
      throw new IllegalStateException(
          "numbers are written with the digits of '%s', which TensorFlow does not take; call Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT) first"
              .formatted(Locale.getDefault(Locale.Category.FORMAT).toLanguageTag()));
    }
    prepareTensorFlow(ERRORS_ALONE);
  }

  private static void prepareTensorFlow(String level) {
    // JavaCPP counts native memory against the heap's limit otherwise, and tensors are not heap.
    for (String limit : List.of("maxBytes", "maxPhysicalBytes")) {
      if (System.getProperty(JAVACPP + limit) == null) {
        System.setProperty(JAVACPP + limit, "0");
      }
    }
    if (Platform.isWindows()) {
      return;
    }
    try {
      int failed = c().setenv(LEVEL, level, 0);
      failed |= c().setenv("TF_ENABLE_ONEDNN_OPTS", "1", 0);
      failed |= c().setenv("NVIDIA_TF32_OVERRIDE", "0", 0);
      if (failed != 0) {
        System.err.println(UNSET + "setenv failed");
      }
    } catch (LinkageError e) {
      // A temporary folder without room or without the right to run code.
      System.err.println(UNSET + e.getMessage());
    }
  }

  /** Returns whether standard error goes to a terminal. */
  public static boolean isTerminal() {
    try {
      return !Platform.isWindows() && c().isatty(standardError) == 1;
    } catch (LinkageError e) {
      return false;
    }
  }

  private static CLibrary c() {
    return Native.load(Platform.C_LIBRARY_NAME, CLibrary.class);
  }
}
