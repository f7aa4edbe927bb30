package org.crossfade.metapix;

import org.crossfade.core.label.LabelSpace;
import org.crossfade.recipes.loss.PixelCrossEntropy;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The cross entropy of target images. */
public enum TargetLoss {
  /** Mean over the pixels that have a label: the official code. */
  LABELLED_MEAN,
  /** Sum over the pixels that have a label, over the number of all: the paper's 1/(HW). */
  ALL_PIXELS,
  /** Target images are not drawn. */
  NONE;

  /**
   * Returns the loss.
   *
   * @param logits [N, h, w, K]; upsampled (bilinear, aligned corners) to the labels' size
   * @param labels [N, H, W], 0..K−1 or 255
   * @return scalar; 0 where no pixel has a label
   */
  Operand<TFloat32> of(Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    return switch (this) {
      case LABELLED_MEAN ->
          new SegmentationCrossEntropy(LabelSpace.IGNORE, 1).apply(tf, logits, labels);
      case ALL_PIXELS ->
          tf.math.mean(
              new PixelCrossEntropy(LabelSpace.IGNORE).apply(tf, logits, labels),
              tf.constant(new int[] {0, 1, 2}));
      case NONE -> throw new IllegalStateException("the loss of the target is left out");
    };
  }
}
