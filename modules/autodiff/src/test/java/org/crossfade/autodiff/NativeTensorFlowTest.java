package org.crossfade.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;

/** A machine without TensorFlow's native library is told which artifact has it. */
class NativeTensorFlowTest {
  @Test
  void whatIsThereIsLoadedAndNotMissed() {
    assertThatCode(NativeTensorFlow::require).doesNotThrowAnyException();
    assertThat(NativeTensorFlow.missing()).isEmpty();
  }

  @Test
  void withoutALibraryTheErrorHasTheCoordinatesForThisMachine() throws IOException {
    try (URLClassLoader without = withoutNatives()) {
      Throwable thrown =
          catchThrowable(
              () ->
                  without
                      .loadClass(NativeTensorFlow.class.getName())
                      .getMethod("require")
                      .invoke(null));

      assertThat(thrown.getCause().getClass().getName())
          .isEqualTo(MissingNativeException.class.getName());
      assertThat(thrown.getCause())
          .hasMessageContaining("org.tensorflow:tensorflow-core-native:1.")
          .hasMessageContaining("classifier " + Loader.getPlatform())
          .hasMessageContaining("org.crossfade:crossfade-native-cpu");
    }
  }

  @Test
  void aPlatformThatTensorFlowWasNotBuiltForIsToldThoseThatItWas() {
    assertThat(NativeTensorFlow.message("macosx-x86_64", "1.1.0"))
        .isEqualTo(
            "TensorFlow-Java 1.1.0 has no native library for this machine, macosx-x86_64; it has"
                + " linux-x86_64, linux-arm64, macosx-arm64, windows-x86_64");
  }

  /** This class path but for jars with a classifier's name. */
  private static URLClassLoader withoutNatives() throws MalformedURLException {
    var urls = new ArrayList<URL>();
    for (String entry :
        System.getProperty("java.class.path").split(System.getProperty("path.separator"), -1)) {
      if (!entry.contains("-" + Loader.getPlatform())) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }
}
