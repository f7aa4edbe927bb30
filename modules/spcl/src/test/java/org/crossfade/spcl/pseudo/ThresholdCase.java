package org.crossfade.spcl.pseudo;

import java.io.IOException;
import java.util.Map;
import org.crossfade.spcl.Memory;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** The production code of the threshold pass, fed with predictions. */
public final class ThresholdCase {
  private final Memory memory = new Memory();
  private final ThresholdPass.Sink sink;
  private final int classes;

  /**
   * Creates a pass without predictions.
   *
   * @param classes K
   */
  public ThresholdCase(ConfidenceRule rule, int classes) {
    this.classes = classes;
    this.sink = new ThresholdPass.Sink(memory, classes, rule);
  }

  /** Adds one image's predictions. */
  public void accept(int[] labels, float[] confidences) {
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < labels.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    Shape shape = Shape.of(1, labels.length, 1);
    try (Tensor labelTensor = TUint8.tensorOf(shape, DataBuffers.of(bytes));
        Tensor confidence = TFloat32.tensorOf(shape, DataBuffers.of(confidences))) {
      sink.accept("image", Map.of("labels", labelTensor, "confidence", confidence));
    }
  }

  /** Returns how many pixels were predicted as each class. */
  public int[] counts() {
    int[] counts = new int[classes];
    for (int k = 0; k < classes; k++) {
      counts[k] = Math.toIntExact(sink.histogram().count(k));
    }
    return counts;
  }

  /** Returns what the pass leaves. */
  public float[] thresholds() throws IOException {
    sink.finish();
    return memory.array(ThresholdPass.THRESHOLDS);
  }
}
