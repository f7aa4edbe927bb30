package org.crossfade.metapix;

import java.util.List;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.recipes.Decay;
import org.crossfade.recipes.ImageStream;

/**
 * Meta-learning of the weighting network; the segmentation network stands still.
 *
 * @param iterations how many, at least 1
 * @param decay of the weighting network's rate; a power of 0 keeps it
 * @param gradient how ∂L_t/∂φ is computed; the results are equal
 * @param alpha α, length of the virtual step, above 0
 * @param targetLoss over which pixels L_t is a mean; not none
 * @param rectifiedScores whether the pass behind the virtual step cuts scores at 0
 * @param elementDropout whether that pass drops single elements, and not whole channels
 * @param reset whether each generation's weighting network starts anew
 * @param source what is drawn from the source domain
 * @param target what is drawn from the labelled target images
 * @param adam how the weighting network moves
 */
public record MetaTraining(
    long iterations,
    Decay decay,
    MetaGradient.Mode gradient,
    double alpha,
    TargetLoss targetLoss,
    boolean rectifiedScores,
    boolean elementDropout,
    boolean reset,
    ImageStream source,
    ImageStream target,
    AdamOptions adam) {
  /**
   * Checks the ranges.
   *
   * @param iterations how many, at least 1
   * @param decay of the weighting network's rate; a power of 0 keeps it
   * @param gradient how ∂L_t/∂φ is computed; the results are equal
   * @param alpha α, length of the virtual step, above 0
   * @param targetLoss over which pixels L_t is a mean; not none
   * @param rectifiedScores whether the pass behind the virtual step cuts scores at 0
   * @param elementDropout whether that pass drops single elements, and not whole channels
   * @param reset whether each generation's weighting network starts anew
   * @param source what is drawn from the source domain
   * @param target what is drawn from the labelled target images
   * @param adam how the weighting network moves
   */
  public MetaTraining {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be at least 1, found " + iterations);
    }
    decay.requireLastsFor(iterations);
    if (!(alpha > 0)) {
      throw new IllegalArgumentException("alpha must be positive, found " + alpha);
    }
    if (targetLoss == TargetLoss.NONE) {
      throw new IllegalArgumentException(
          "target-loss must not be none: weights are learned from the loss on the target");
    }
  }

  /** Returns the streams, called {@code source} and {@code target}. */
  List<StreamRequest> streams() {
    return List.of(
        source.request(Domain.SOURCE.stream(), Domain.SOURCE, Labels.GROUND_TRUTH),
        target.request(Domain.TARGET.stream(), Domain.TARGET, Labels.GROUND_TRUTH));
  }
}
