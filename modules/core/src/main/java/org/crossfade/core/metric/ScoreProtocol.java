package org.crossfade.core.metric;

/**
 * What the official codes make of classes that do not occur. Where every class occurs, as on the
 * Cityscapes validation set, they agree (but for rounding).
 */
public enum ScoreProtocol {
  /**
   * A class in neither ground truth nor predictions is undefined and left out of means:
   * AdaptSegNet, ADVENT, FDA, MetaPix, HRDA. (FDA's own means over 16 and 13 classes become NaN
   * instead.)
   */
  SKIP_ABSENT,
  /**
   * Denominators carry 1e-10, so that an absent class scores 0, and it counts: FADA, SPCL (which
   * compute in float32; here in float64).
   */
  ABSENT_AS_ZERO,
  /**
   * A class without ground truth is undefined even if it was predicted, and left out of the mean
   * over all classes; scores are rounded to a hundredth of a percent: PixDA. A mean over some
   * classes is the mean of rounded scores, and undefined if one of them is.
   */
  SKIP_UNLABELLED_ROUNDED
}
