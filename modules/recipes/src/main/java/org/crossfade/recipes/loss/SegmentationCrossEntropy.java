package org.crossfade.recipes.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Cross entropy of a segmentation: −log softmax(z)_y, over the pixels that have a label.
 *
 * @param ignore the id of pixels without a label
 * @param groups the images are split in order into this many groups, each is averaged over its own
 *     labelled pixels, and the groups' means are averaged. 1 is one mean over all labelled pixels;
 *     the number of images is what the official codes' training computes with one image a process
 * @param reduction what becomes of the pixels of a group, and of the groups
 */
public record SegmentationCrossEntropy(int ignore, int groups, Reduction reduction)
    implements SegmentationLoss {

  /** Means, as all official codes compute them. */
  public SegmentationCrossEntropy(int ignore, int groups) {
    this(ignore, groups, Reduction.MEAN);
  }

  /** Checks the number of groups. */
  public SegmentationCrossEntropy {
    new ImageGroups(groups, reduction);
  }

  @Override
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    return reduction.of(tf, perGroup(tf, logits, labels));
  }

  /**
   * Returns each group's mean (or sum) over its labelled pixels, 0 where it has none.
   *
   * <p>PyTorch answers NaN for a group without a labelled pixel; such a group adds nothing here.
   *
   * @param logits [N, h, w, K]
   * @param labels [N, H, W]
   * @return [groups]
   */
  public Operand<TFloat32> perGroup(Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    var pixels = new PixelCrossEntropy(ignore);
    return new ImageGroups(groups, reduction)
        .reduce(tf, pixels.apply(tf, logits, labels), pixels.mask(tf, labels, logits.type()));
  }
}
