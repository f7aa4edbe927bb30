package org.crossfade.serving.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Image;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.evaluation.FrozenGraph;
import org.crossfade.training.export.ModelCard;
import org.crossfade.training.options.TaskClasses;

/** An ONNX file that {@code export} wrote, in ONNX Runtime. */
final class OnnxNetwork extends ExportedNetwork {
  private final OrtEnvironment environment;
  private final OrtSession session;

  /** Of all batches: memory outside of Java's heap goes back late. */
  private ByteBuffer pixels = ByteBuffer.allocateDirect(0);

  private OnnxNetwork(
      OrtEnvironment environment, OrtSession session, String title, LabelSpace space, Size size) {
    super(title, space, size);
    this.environment = environment;
    this.session = session;
  }

  static OnnxNetwork open(Path file) throws IOException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OrtSession session;
    try (var options = new OrtSession.SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      session = environment.createSession(file.toString(), options);
    } catch (OrtException e) {
      throw unreadable(file, e);
    }
    try {
      return of(file, environment, session);
    } catch (OrtException e) {
      close(session);
      throw unreadable(file, e);
    } catch (IOException | RuntimeException e) {
      close(session);
      throw e;
    }
  }

  private static DataException unreadable(Path file, OrtException e) {
    return new DataException(
        "%s: can't be opened as an ONNX file; is it one, and whole? ONNX Runtime says: %s"
            .formatted(file, e.getMessage()),
        e);
  }

  private static OnnxNetwork of(Path file, OrtEnvironment environment, OrtSession session)
      throws OrtException, IOException {
    Map<String, String> properties = session.getMetadata().getCustomMetadata();
    ModelCard.requireReadable(file, properties);
    LabelSpace space = classes(file, properties.getOrDefault(ModelCard.CLASSES, ""));
    Optional<TensorInfo> in = tensor(session.getInputInfo().get(FrozenGraph.IMAGES));
    Optional<TensorInfo> out = tensor(session.getOutputInfo().get(FrozenGraph.PROBABILITIES));
    boolean fits =
        in.filter(t -> t.type == OnnxJavaType.UINT8 && lastIs(t, 3)).isPresent()
            && out.filter(t -> t.type == OnnxJavaType.FLOAT && lastIs(t, space.classes()))
                .isPresent();
    if (!fits) {
      throw new DataException(
          "%s: expected '%s' [N, H, W, 3] to '%s' [N, H, W, %d], found %s to %s; take a file that 'export --format onnx' wrote"
              .formatted(
                  file,
                  FrozenGraph.IMAGES,
                  FrozenGraph.PROBABILITIES,
                  space.classes(),
                  session.getInputInfo(),
                  session.getOutputInfo()));
    }
    long[] shape = in.orElseThrow().getShape();
    return new OnnxNetwork(
        environment,
        session,
        "the ONNX file " + file.toAbsolutePath().normalize().getFileName(),
        space,
        Size.of(shape[1], shape[2], properties.getOrDefault(ModelCard.INFERENCE, ""), file));
  }

  private static LabelSpace classes(Path file, String json) {
    try {
      return TaskClasses.parse(json, ModelCard.CLASSES);
    } catch (InvalidOptionsException e) {
      throw new DataException("%s: %s".formatted(file, String.join("; ", e.problems())), e);
    }
  }

  private static Optional<TensorInfo> tensor(NodeInfo node) {
    return Optional.ofNullable(node)
        .map(NodeInfo::getInfo)
        .filter(TensorInfo.class::isInstance)
        .map(TensorInfo.class::cast);
  }

  private static boolean lastIs(TensorInfo tensor, long size) {
    long[] shape = tensor.getShape();
    return shape.length == 4 && shape[3] == size;
  }

  @Override
  void ask(List<Image> resized, Consumer<ClassScores> scores) {
    Image first = resized.get(0);
    long[] shape = {resized.size(), first.height(), first.width(), 3};
    try (var input =
            OnnxTensor.createTensor(environment, pixels(resized), shape, OnnxJavaType.UINT8);
        var result =
            session.run(Map.of(FrozenGraph.IMAGES, input), Set.of(FrozenGraph.PROBABILITIES))) {
      var answer = (OnnxTensor) result.get(0);
      FloatBuffer probabilities = answer.getFloatBuffer();
      long[] size = answer.getInfo().getShape();
      float[] one = new float[probabilities.remaining() / resized.size()];
      for (int n = 0; n < resized.size(); n++) {
        probabilities.get(one);
        scores.accept(new ClassScores((int) size[1], (int) size[2], labelSpace().classes(), one));
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  private ByteBuffer pixels(List<Image> images) {
    int bytes = Math.multiplyExact(images.size(), images.get(0).rgb().length);
    if (pixels.capacity() < bytes) {
      pixels = ByteBuffer.allocateDirect(bytes);
    }
    pixels.clear();
    images.forEach(image -> pixels.put(image.rgb()));
    return pixels.flip();
  }

  @Override
  public void close() {
    close(session);
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }
}
