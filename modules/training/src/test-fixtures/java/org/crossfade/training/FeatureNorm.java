package org.crossfade.training;

import java.util.List;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.metric.Metric;

/** A metric of features that only tests have: their mean length, and one that is never defined. */
public final class FeatureNorm implements Metric {
  /** For {@link java.util.ServiceLoader}. */
  public FeatureNorm() {}

  @Override
  public List<Value> values() {
    return List.of(
        new Value("feature-norm", "mean length of features", /* fraction= */ false),
        new Value("undefined", "never defined", /* fraction= */ false));
  }

  @Override
  public boolean readsFeatures() {
    return true;
  }

  @Override
  public Measurement begin(LabelSpace space) {
    return new Measurement() {
      private double sum;
      private long cells;

      @Override
      public void features(float[] features, int[] labels) {
        int channels = features.length / labels.length;
        for (int cell = 0; cell < labels.length; cell++) {
          double squares = 0;
          for (int c = 0; c < channels; c++) {
            squares += Math.pow(features[cell * channels + c], 2);
          }
          sum += Math.sqrt(squares);
          cells++;
        }
      }

      @Override
      public double[] values() {
        return new double[] {sum / cells, Double.NaN};
      }
    };
  }
}
