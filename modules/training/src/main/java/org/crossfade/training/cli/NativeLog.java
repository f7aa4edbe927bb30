package org.crossfade.training.cli;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * Silences TensorFlow's native log. It reads {@code TF_CPP_MIN_LOG_LEVEL} from the environment when
 * its library is loaded, and Java has no way to set its own environment.
 */
public final class NativeLog {
  /** The C library. */
  public interface CLibrary extends Library {
    /** Sets a variable of the process's environment. */
    int setenv(String name, String value, int overwrite);
  }

  private NativeLog() {}

  /** Hides native messages below errors, unless the user's environment says otherwise. */
  public static void quiet() {
    // JavaCPP counts native memory against the heap's limit otherwise, and tensors are not heap.
    System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    if (Platform.isWindows()) {
      return;
    }
    CLibrary c = Native.load(Platform.C_LIBRARY_NAME, CLibrary.class);
    int failed = c.setenv("TF_CPP_MIN_LOG_LEVEL", "2", 0);
    if (failed != 0) {
      System.err.println("TensorFlow's native log stays on: setenv failed");
    }
  }
}
