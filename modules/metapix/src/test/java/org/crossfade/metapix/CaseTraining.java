package org.crossfade.metapix;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.StreamRequest.Sampling;
import org.crossfade.recipes.Decay;
import org.crossfade.recipes.ImageStream;
import org.crossfade.recipes.augmentation.ColorJitter;
import org.crossfade.recipes.loss.SupervisedLoss;
import org.crossfade.testkit.ParityCase;

/** The training that a step case describes in its options. */
record CaseTraining(ParityCase parityCase) {
  /** Returns a step on a pair of images. */
  PairTraining pairs(PairTraining.SourceLoss sourceLoss) {
    return new PairTraining(
        parityCase.param("iterations").asLong(),
        new Decay(parityCase.param("max_iters").asLong(), parityCase.param("power").asDouble()),
        sourceLoss,
        1,
        TargetLoss.LABELLED_MEAN,
        SupervisedLoss.crossEntropy(),
        Optional.empty(),
        Optional.empty(),
        stream(),
        stream(),
        adam("theta_lr", parityCase.param("bias_lr_factor").asDouble()),
        Inference.singleScale(1, 1));
  }

  /** Returns a step of the weighting network; a gradient alone needs no optimizer. */
  MetaTraining meta(MetaGradient.Mode mode, boolean rectifiedScores) {
    return new MetaTraining(
        1,
        new Decay(1, 0),
        mode,
        parityCase.param("alpha").asDouble(),
        TargetLoss.LABELLED_MEAN,
        rectifiedScores,
        /* elementDropout= */ true,
        /* reset= */ true,
        stream(),
        stream(),
        parityCase.params().has("adam") ? adam("phi_lr", 1) : new AdamOptions(1, 1, 0, 0, 0));
  }

  private AdamOptions adam(String rate, double biasFactor) {
    JsonNode adam = parityCase.param("adam");
    return new AdamOptions(
        parityCase.param(rate).asDouble(),
        biasFactor,
        adam.get("beta1").asDouble(),
        adam.get("beta2").asDouble(),
        adam.get("l2").asDouble());
  }

  private static ImageStream stream() {
    return new ImageStream(1, 1, 1, Optional.empty(), 0, Sampling.SHUFFLED, ColorJitter.none());
  }
}
