package org.crossfade.training;

import java.util.List;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.metric.Metric;

/** A metric that only tests have: the fraction of labelled pixels that are predicted wrongly. */
public final class WrongPixels implements Metric {
  /** For {@link java.util.ServiceLoader}. */
  public WrongPixels() {}

  @Override
  public List<Value> values() {
    return List.of(new Value("wrong-pixels", "wrong pixels", /* fraction= */ true));
  }

  @Override
  public Measurement begin(LabelSpace space) {
    return new Measurement() {
      private long labelled;
      private long wrong;

      @Override
      public void image(byte[] labels, byte[] predicted, int height, int width) {
        for (int i = 0; i < height * width; i++) {
          if ((labels[i] & 0xFF) != LabelSpace.IGNORE) {
            labelled++;
            wrong += labels[i] == predicted[i] ? 0 : 1;
          }
        }
      }

      @Override
      public double[] values() {
        return new double[] {(double) wrong / labelled};
      }
    };
  }
}
