package org.crossfade.recipes;

import java.util.Optional;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.recipes.augmentation.FourierStyleTransfer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/**
 * What a step of two domains is fed.
 *
 * @param sourceImages normalised, [N, H, W, 3]
 * @param sourceLabels [N, H, W]
 * @param target absent where no target image is drawn
 */
public record DomainImages(
    Operand<TFloat32> sourceImages, Operand<TInt32> sourceLabels, Optional<Target> target) {
  /**
   * The target's part.
   *
   * @param images normalised, [N', H', W', 3]
   * @param labels [N', H', W'], where the step reads any: of people, or pseudo labels
   */
  public record Target(Operand<TFloat32> images, Optional<Operand<TInt32>> labels) {}

  /** Images of both domains, the target's without labels. */
  public DomainImages(
      Operand<TFloat32> sourceImages,
      Operand<TInt32> sourceLabels,
      Operand<TFloat32> targetImages) {
    this(sourceImages, sourceLabels, Optional.of(new Target(targetImages, Optional.empty())));
  }

  /** Labelled images of both domains. */
  public DomainImages(
      Operand<TFloat32> sourceImages,
      Operand<TInt32> sourceLabels,
      Operand<TFloat32> targetImages,
      Operand<TInt32> targetLabels) {
    this(
        sourceImages,
        sourceLabels,
        Optional.of(new Target(targetImages, Optional.of(targetLabels))));
  }

  /**
   * Returns the batches of a phase's two streams, augmented and normalised, the target's without
   * labels.
   */
  public static DomainImages of(
      StepContext context, ImageStream source, ImageStream target, Normalisation normalisation) {
    return of(context, source, target, normalisation, Optional.empty());
  }

  /**
   * Returns the same with source images in the style of the target images of the same places in the
   * batch.
   *
   * @param transfer how they take it; without it they stay as they are
   */
  public static DomainImages of(
      StepContext context,
      ImageStream source,
      ImageStream target,
      Normalisation normalisation,
      Optional<FourierStyleTransfer> transfer) {
    Operand<TUint8> sourceImages = source.jittered(context, Domain.SOURCE.stream());
    return new DomainImages(
        transfer.isPresent()
            ? styled(
                context.tf(),
                sourceImages,
                target.style(context, Domain.TARGET.stream()),
                normalisation,
                transfer.get())
            : normalisation.apply(context.tf(), sourceImages),
        context.labels(Domain.SOURCE.stream()),
        target.images(context, Domain.TARGET.stream(), normalisation));
  }

  /** Returns the batch of a phase that draws source images alone, augmented and normalised. */
  public static DomainImages ofSource(
      StepContext context, ImageStream source, Normalisation normalisation) {
    return new DomainImages(
        source.images(context, Domain.SOURCE.stream(), normalisation),
        context.labels(Domain.SOURCE.stream()),
        Optional.empty());
  }

  /** Returns the same images with labels of the target, [N', H', W']. */
  public DomainImages withTargetLabels(Operand<TInt32> labels) {
    return new DomainImages(sourceImages, sourceLabels, targetImages(), labels);
  }

  /**
   * Returns the target's images, normalised, [N', H', W', 3].
   *
   * @throws IllegalStateException if none are drawn
   */
  public Operand<TFloat32> targetImages() {
    return target
        .orElseThrow(() -> new IllegalStateException("the phase draws no target images"))
        .images();
  }

  /**
   * Returns the target's labels, [N', H', W'].
   *
   * @throws IllegalStateException if there are none
   */
  public Operand<TInt32> targetLabels() {
    return target
        .flatMap(Target::labels)
        .orElseThrow(() -> new IllegalStateException("the phase draws no labels of the target"));
  }

  /**
   * Returns images in the style of others, as a network sees them.
   *
   * @param images RGB, [N, H, W, 3], 0..255
   * @param style RGB, [N, H, W, 3], 0..255
   * @return normalised, [N, H, W, 3]
   */
  public static Operand<TFloat32> styled(
      Ops tf,
      Operand<TUint8> images,
      Operand<TUint8> style,
      Normalisation normalisation,
      FourierStyleTransfer transfer) {
    return normalisation.ofFloat(
        tf,
        transfer.apply(
            tf, tf.dtypes.cast(images, TFloat32.class), tf.dtypes.cast(style, TFloat32.class)));
  }
}
