package org.crossfade.recipes;

import org.crossfade.core.method.StepContext;
import org.crossfade.core.nn.Normalisation;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * What an adversarial step is fed.
 *
 * @param sourceImages normalised, [N, H, W, 3]
 * @param sourceLabels [N, H, W]
 * @param targetImages normalised, [N', H', W', 3]
 */
public record DomainImages(
    Operand<TFloat32> sourceImages, Operand<TInt32> sourceLabels, Operand<TFloat32> targetImages) {

  /** Returns the batches of a phase's streams, augmented and normalised. */
  public static DomainImages of(
      StepContext context, AdversarialTraining training, Normalisation normalisation) {
    return new DomainImages(
        training.source().images(context, AdversarialTraining.SOURCE, normalisation),
        context.labels(AdversarialTraining.SOURCE),
        training.target().images(context, AdversarialTraining.TARGET, normalisation));
  }
}
