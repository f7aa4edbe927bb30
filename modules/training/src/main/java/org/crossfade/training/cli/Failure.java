package org.crossfade.training.cli;

import com.typesafe.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.regex.Pattern;
import org.crossfade.autodiff.NativeTensorFlow;
import org.crossfade.core.data.DataException;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.loop.TrainingDivergedException;
import org.crossfade.training.run.FileProblem;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.workers.WorkersException;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * What a user is told about a failure. The list of what a user can cause is closed; all else is a
 * mistake of Crossfade's.
 *
 * @param code exit code
 * @param message what happened, where, and what to do
 * @param mistake whether it is Crossfade's
 */
record Failure(int code, String message, boolean mistake) {
  private static final String OURS = "org.crossfade.";

  private static final Pattern DISK =
      Pattern.compile(
          "No space left|File too large|[Pp]ermission denied|Read-only file|[Qq]uota exceeded");

  /** Finds out what a user is told. */
  static Failure of(Throwable thrown) {
    List<Throwable> chain = chain(thrown);
    for (Throwable cause : chain) {
      if (cause instanceof OutOfMemoryError error) {
        return failed(ofMemory(error) + told(chain));
      }
      if (nativeMemory(cause)) {
        return failed(
            "memory ran out, outside of Java's heap: "
                + firstLine(cause)
                + ". Smaller batches, crops or images need less"
                + told(chain));
      }
      if (cause instanceof LinkageError) {
        Optional<String> missing = NativeTensorFlow.missing();
        if (missing.isPresent()) {
          return failed(missing.get());
        }
      }
      if (cause instanceof UnsatisfiedLinkError) {
        return failed(
            "a native library can't be loaded: "
                + firstLine(cause)
                + ". Is there room in the folder for temporary files ("
                + System.getProperty("java.io.tmpdir")
                + "), and may programs be run from it? -Djava.io.tmpdir names another");
      }
    }
    return byKind(thrown);
  }

  private static Failure byKind(Throwable thrown) {
    if (thrown instanceof InvalidOptionsException || thrown instanceof ConfigException) {
      return new Failure(CommandLine.USAGE, thrown.getMessage(), false);
    }
    if (thrown instanceof DataException
        || thrown instanceof RunFolderException
        || thrown instanceof WorkersException
        || thrown instanceof TrainingDivergedException) {
      return failed(thrown.getMessage());
    }
    if (thrown instanceof IOException || thrown instanceof UncheckedIOException) {
      return failed(FileProblem.describe((Exception) thrown));
    }
    if (thrown instanceof TensorFlowException && DISK.matcher(firstLine(thrown)).find()) {
      return failed("TensorFlow can't write: " + firstLine(thrown));
    }
    if (thrown instanceof ServiceConfigurationError) {
      return failed("a jar on the class path can't be used: " + thrown.getMessage());
    }
    if (thrown instanceof InvalidPathException path) {
      return failed(
          "'%s' can't be the name of a file where names are in %s: %s. If it has letters that"
                  .formatted(path.getInput(), encoding(), path.getReason())
              + " are not ASCII, set the environment variable LC_ALL=C.UTF-8");
    }
    if (thrown instanceof IllegalArgumentException && refusedByUs(thrown)) {
      return failed(thrown.getMessage());
    }
    return new Failure(
        CommandLine.FAILED,
        "this is a mistake of Crossfade's: "
            + thrown.getClass().getSimpleName()
            + (thrown.getMessage() == null ? "" : ": " + firstLine(thrown)),
        true);
  }

  /** An argument that Crossfade's code refuses has a message for people; one of Java's has not. */
  private static boolean refusedByUs(Throwable thrown) {
    StackTraceElement[] frames = thrown.getStackTrace();
    return thrown.getMessage() != null
        && frames.length > 0
        && frames[0].getClassName().startsWith(OURS);
  }

  private static String ofMemory(OutOfMemoryError error) {
    String what = String.valueOf(error.getMessage());
    if (what.contains("thread")) {
      return "the system gives no more threads ("
          + what
          + "); run.threads and run.decoding-threads say how many there are";
    }
    if (what.contains("exceeds")) {
      return "something is larger than the 2^31 bytes that Java holds in one piece (" + what + ")";
    }
    return "memory ran out (%s): Java may use %d MB of it. Give it more, as in"
            .formatted(what, Runtime.getRuntime().maxMemory() >> 20)
        + " JAVA_TOOL_OPTIONS=-Xmx8g; smaller images, crops or batches need less";
  }

  private static boolean nativeMemory(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.contains("std::bad_alloc") || message.contains("OOM when allocating");
  }

  /** What was being done, where somebody on the way up has said so. */
  private static String told(List<Throwable> chain) {
    var words = new ArrayList<String>();
    for (Throwable one : chain) {
      if (one instanceof DataException
          || one instanceof RunFolderException
          || one instanceof UncheckedIOException) {
        words.add(firstLine(one));
      }
    }
    return words.isEmpty() ? "" : "\n" + String.join("\n", words);
  }

  private static String encoding() {
    return System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name());
  }

  private static Failure failed(String message) {
    return new Failure(CommandLine.FAILED, message, false);
  }

  private static String firstLine(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
  }

  private static List<Throwable> chain(Throwable thrown) {
    var chain = new ArrayList<Throwable>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable t = thrown; t != null && seen.add(t); t = t.getCause()) {
      chain.add(t);
    }
    return chain;
  }
}
