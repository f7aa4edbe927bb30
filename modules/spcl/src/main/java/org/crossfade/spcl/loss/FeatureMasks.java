package org.crossfade.spcl.loss;

import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.nn.Resize;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The class that each feature cell stands for, or 255. */
public final class FeatureMasks {
  private FeatureMasks() {}

  /** Which source cells have a class. */
  public enum SourceCells {
    /** Those whose label is also the arg-max of the logits at feature resolution: official code. */
    CORRECT,
    /** All that are labelled: paper. */
    LABELLED
  }

  /**
   * Returns the labels at feature resolution by PyTorch's nearest rule, 255 where {@code cells}
   * leaves a cell out.
   *
   * @param tf operations of the graph
   * @param labels [N, H, W]
   * @param logits [N, h, w, K], not upsampled
   * @param cells which cells keep their label
   * @return [N, h, w]
   */
  public static Operand<TInt32> source(
      Ops tf, Operand<TInt32> labels, Operand<TFloat32> logits, SourceCells cells) {
    int height = (int) logits.shape().get(1);
    int width = (int) logits.shape().get(2);
    Operand<TInt32> resized = Resize.nearestLabels(tf, labels, height, width);
    if (cells == SourceCells.LABELLED) {
      return resized;
    }
    Operand<TInt32> predicted = tf.math.argMax(logits, tf.constant(3), TInt32.class);
    return tf.select(
        tf.math.equal(predicted, resized),
        resized,
        tf.fill(tf.shape(resized), tf.constant(LabelSpace.IGNORE)));
  }
}
