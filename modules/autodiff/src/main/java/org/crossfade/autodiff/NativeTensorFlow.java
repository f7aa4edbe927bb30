package org.crossfade.autodiff;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.bytedeco.javacpp.Loader;
import org.tensorflow.TensorFlow;

/**
 * TensorFlow's native library. No module of Crossfade depends on one: an application chooses it, by
 * one artifact at run time.
 */
public final class NativeTensorFlow {
  private static final String FOLDER = "org/tensorflow/internal/c_api/";

  private static final String LIBRARY = "jnitensorflow";

  private static final String ARTIFACT = "META-INF/maven/org.tensorflow/tensorflow-core-native/";

  /** Those of TensorFlow-Java's native artifact, without its builds for GPUs. */
  private static final List<String> PLATFORMS =
      List.of("linux-x86_64", "linux-arm64", "macosx-arm64", "windows-x86_64");

  private NativeTensorFlow() {}

  /**
   * Loads the library, if it is not loaded yet.
   *
   * @throws MissingNativeException with what to put on the class path, if there is none for this
   *     machine
   */
  public static void require() {
    try {
      TensorFlow.version();
    } catch (LinkageError e) {
      throw missing().map(message -> new MissingNativeException(message, e)).orElseThrow(() -> e);
    }
  }

  /**
   * {@return what to put on the class path; nothing where a library for this machine is there, be
   * it one that can't be loaded}
   */
  public static Optional<String> missing() {
    String platform = Loader.getPlatform();
    ClassLoader classes = NativeTensorFlow.class.getClassLoader();
    return List.of("", "-gpu").stream()
            .map(extension -> FOLDER + platform + extension + "/" + System.mapLibraryName(LIBRARY))
            .anyMatch(library -> classes.getResource(library) != null)
        ? Optional.empty()
        : Optional.of(message(platform, version(classes)));
  }

  /** Returns what to do on a machine of a platform, with TensorFlow-Java of a version. */
  static String message(String platform, String version) {
    if (!PLATFORMS.contains(platform)) {
      return "TensorFlow-Java %s has no native library for this machine, %s; it has %s"
          .formatted(version, platform, String.join(", ", PLATFORMS));
    }
    return ("TensorFlow's native library for this machine is not on the class path. Add, at run"
            + " time, org.tensorflow:tensorflow-core-native:%s with the classifier %s, or"
            + " org.crossfade:crossfade-native-cpu, which has it for every platform")
        .formatted(version, platform);
  }

  private static String version(ClassLoader classes) {
    var properties = new Properties();
    try (InputStream file = classes.getResourceAsStream(ARTIFACT + "pom.properties")) {
      if (file != null) {
        properties.load(file);
      }
    } catch (IOException e) {
      // The coordinates are of use without a version too.
      properties.clear();
    }
    return properties.getProperty("version", "VERSION");
  }
}
