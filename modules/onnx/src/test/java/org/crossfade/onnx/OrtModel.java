package org.crossfade.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Map;

/** A model in ONNX Runtime, on one thread. */
final class OrtModel implements AutoCloseable {
  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private final OrtSession session;

  OrtModel(byte[] model) throws OrtException {
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      this.session = ENVIRONMENT.createSession(model, options);
    }
  }

  static OrtModel of(GraphProto graph) throws OrtException {
    return new OrtModel(
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setVersion(GraphTranslation.OPERATOR_SET))
            .setGraph(graph)
            .build()
            .toByteArray());
  }

  OrtSession session() {
    return session;
  }

  /** Answers one float32 tensor with another: its shape, then its values. */
  Answer floats(float[] values, long... shape) throws OrtException {
    try (var input = OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(values), shape);
        var result = session.run(Map.of("x", input))) {
      var output = (OnnxTensor) result.get(0);
      return new Answer(output.getInfo().getShape(), copy(output.getFloatBuffer()));
    }
  }

  /** A tensor. */
  static final class Answer {
    final long[] shape;
    final float[] values;

    private Answer(long[] shape, float[] values) {
      this.shape = shape;
      this.values = values;
    }
  }

  /** What a network answers. */
  static final class Segmented {
    final byte[] labels;
    final Answer probabilities;

    private Segmented(byte[] labels, Answer probabilities) {
      this.labels = labels;
      this.probabilities = probabilities;
    }
  }

  /** Answers images, uint8 [N, H, W, 3]. */
  Segmented segment(byte[] images, long n, long height, long width) throws OrtException {
    try (var input =
            OnnxTensor.createTensor(
                ENVIRONMENT,
                ByteBuffer.wrap(images),
                new long[] {n, height, width, 3},
                OnnxJavaType.UINT8);
        var result = session.run(Map.of("images", input))) {
      var labels = (OnnxTensor) result.get("labels").orElseThrow();
      var probabilities = (OnnxTensor) result.get("probabilities").orElseThrow();
      ByteBuffer bytes = labels.getByteBuffer();
      byte[] ids = new byte[bytes.remaining()];
      bytes.get(ids);
      return new Segmented(
          ids,
          new Answer(probabilities.getInfo().getShape(), copy(probabilities.getFloatBuffer())));
    }
  }

  private static float[] copy(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
