package org.crossfade.recipes.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A supervised loss of a segmentation, over the pixels that have a label. */
public sealed interface SegmentationLoss permits SegmentationCrossEntropy, FocalLoss {
  /**
   * Returns the mean over groups of images, or the sum.
   *
   * @param logits [N, h, w, K]; upsampled (bilinear, aligned corners) to the labels' size
   * @param labels [N, H, W], 0..K−1 or the ignore id
   * @return scalar; 0 where no pixel has a label
   */
  Operand<TFloat32> apply(Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels);
}
