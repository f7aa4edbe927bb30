package org.crossfade.pixda;

import java.util.Optional;
import org.crossfade.core.method.StepContext;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.augmentation.FourierStyleTransfer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/**
 * A batch of each domain, as drawn: neither styled nor normalised.
 *
 * @param sourceImages RGB, [N, H, W, 3], 0..255
 * @param sourceLabels [N, H, W]
 * @param targetImages RGB, [N', H', W', 3], 0..255
 * @param targetLabels [N', H', W']
 * @param style the target images again, there as soon as the source's: their turn comes later
 */
public record DomainBatches(
    Operand<TUint8> sourceImages,
    Operand<TInt32> sourceLabels,
    Operand<TUint8> targetImages,
    Operand<TInt32> targetLabels,
    Operand<TUint8> style) {

  /** Batches that are all there at once. */
  public DomainBatches(
      Operand<TUint8> sourceImages,
      Operand<TInt32> sourceLabels,
      Operand<TUint8> targetImages,
      Operand<TInt32> targetLabels) {
    this(sourceImages, sourceLabels, targetImages, targetLabels, targetImages);
  }

  /** Returns the batches of a phase's streams, their colours jittered. */
  static DomainBatches of(StepContext context, AdversarialTraining training) {
    return new DomainBatches(
        training.source().jittered(context, AdversarialTraining.SOURCE),
        context.labels(AdversarialTraining.SOURCE),
        training.target().jittered(context, AdversarialTraining.TARGET),
        context.labels(AdversarialTraining.TARGET),
        training.target().style(context, AdversarialTraining.TARGET));
  }

  /**
   * Returns the source images in the style of the target images of the same places in the batch.
   *
   * @param transfer how; without it they stay as they are
   * @return RGB, [N, H, W, 3], not clipped
   */
  Operand<TFloat32> styled(Ops tf, Optional<FourierStyleTransfer> transfer) {
    Operand<TFloat32> source = tf.dtypes.cast(sourceImages, TFloat32.class);
    return transfer
        .map(t -> t.apply(tf, source, tf.dtypes.cast(style, TFloat32.class)))
        .orElse(source);
  }
}
