package org.crossfade.serving.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.crossfade.core.data.DataException;

/**
 * The engine {@code onnx}: files that {@code export --format onnx} wrote, in ONNX Runtime. That is
 * a jar that whoever wants it adds; without it a model is refused with its coordinates.
 */
public final class OnnxEngine implements Engine {
  /** What is to be added: the version that the tests run. */
  static final String COORDINATES = "com.microsoft.onnxruntime:onnxruntime:1.26.0";

  private static final String LIBRARY = "ai.onnxruntime.OrtEnvironment";

  private final ClassLoader loader;

  /** For {@link java.util.ServiceLoader}. */
  public OnnxEngine() {
    this(OnnxEngine.class.getClassLoader());
  }

  /** Looks for the library in {@code loader}. */
  OnnxEngine(ClassLoader loader) {
    this.loader = loader;
  }

  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public String opensWhat() {
    return "a file that 'export --format onnx' wrote";
  }

  @Override
  public boolean opens(Path model) {
    return Files.isRegularFile(model);
  }

  /**
   * {@inheritDoc}
   *
   * @throws DataException also if ONNX Runtime is not there, or can't be loaded on this machine
   */
  @Override
  public LoadedModel open(Path model, Optional<String> phase) throws IOException {
    requireLibrary(model);
    if (phase.isPresent()) {
      throw new DataException(
          model + ": --phase " + phase.get() + " is of a run, and this is an exported file");
    }
    return OnnxNetwork.open(model);
  }

  private void requireLibrary(Path model) {
    try {
      Class.forName(LIBRARY, true, loader);
    } catch (ClassNotFoundException e) {
      throw new DataException(
          "%s: the engine onnx needs ONNX Runtime, which is not on the class path: add %s (with Maven, -Ponnxruntime; in the distribution, the jar in lib and its name in lib/classpath)"
              .formatted(model, COORDINATES),
          e);
    } catch (LinkageError e) {
      throw new DataException(
          "%s: ONNX Runtime is on the class path, and can't be loaded on this machine (%s); %s is the version that is tried"
              .formatted(model, e.getMessage(), COORDINATES),
          e);
    }
  }
}
