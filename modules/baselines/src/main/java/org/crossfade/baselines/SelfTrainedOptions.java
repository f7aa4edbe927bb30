package org.crossfade.baselines;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.recipes.SupervisedTraining;
import org.crossfade.recipes.selftraining.SelfTraining;

/**
 * Options of DAFormer and HRDA, sections {@code crossfade.daformer} and {@code crossfade.hrda}.
 *
 * @param network of all phases; HRDA's has two resolutions, DAFormer's one
 * @param source supervised training before self-training, for networks without pretrained weights;
 *     0 iterations leave it out, as the papers do
 * @param training self-training
 */
public record SelfTrainedOptions(
    NetworkOptions network, SupervisedTraining source, SelfTraining training) {
  /**
   * Checks what no part can check alone.
   *
   * @param network of all phases; HRDA's has two resolutions, DAFormer's one
   * @param source supervised training before self-training, for networks without pretrained
   *     weights; 0 iterations leave it out, as the papers do
   * @param training self-training
   */
  public SelfTrainedOptions {
    if (network.twoResolutions() != training.resolutions().isPresent()) {
      throw new IllegalArgumentException(
          "training.resolutions belongs to a network of two resolutions, such as kind = hrda: give"
              + " both or neither");
    }
  }
}
