package org.crossfade.methodtest;

import java.util.List;
import java.util.Optional;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.StreamRequest.Sampling;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.Decay;
import org.crossfade.recipes.DiscriminatorOptimizer;
import org.crossfade.recipes.ImageStream;
import org.crossfade.recipes.JointTraining;
import org.crossfade.recipes.SegmenterOptimizer;
import org.crossfade.recipes.SupervisedTraining;
import org.crossfade.recipes.augmentation.ColorJitter;
import org.crossfade.testkit.ParityCase;

/** The recipes that step cases describe in their options. */
public final class CaseRecipes {
  private CaseRecipes() {}

  /** Returns the recipe of a supervised step. */
  public static SupervisedTraining supervised(ParityCase parityCase) {
    return new SupervisedTraining(
        parityCase.param("iterations").asLong(),
        decay(parityCase),
        CaseNetworks.batchNorm(parityCase),
        parityCase.param("processes").asInt(),
        stream(parityCase, "source_images"),
        segmenter(parityCase),
        Inference.singleScale(1, 1));
  }

  /** Returns the recipe of an adversarial step. */
  public static AdversarialTraining adversarial(ParityCase parityCase) {
    var betas = parityCase.param("adam_betas");
    return new AdversarialTraining(
        parityCase.param("iterations").asLong(),
        decay(parityCase),
        CaseNetworks.batchNorm(parityCase),
        parityCase.param("processes").asInt(),
        stream(parityCase, "source_images"),
        stream(parityCase, "target_images"),
        segmenter(parityCase),
        new DiscriminatorOptimizer(
            parityCase.param("base_lr_d").asDouble(),
            betas.get(0).asDouble(),
            betas.get(1).asDouble()),
        Inference.singleScale(1, 1));
  }

  /** Returns the recipe of a step on two domains without a discriminator. */
  public static JointTraining joint(ParityCase parityCase) {
    return new JointTraining(
        parityCase.param("iterations").asLong(),
        decay(parityCase),
        CaseNetworks.batchNorm(parityCase),
        parityCase.param("processes").asInt(),
        stream(parityCase, "source_images"),
        stream(parityCase, "target_images"),
        segmenter(parityCase),
        Inference.singleScale(1, 1));
  }

  private static Decay decay(ParityCase parityCase) {
    return new Decay(parityCase.param("max_iter").asLong(), parityCase.param("power").asDouble());
  }

  private static SegmenterOptimizer segmenter(ParityCase parityCase) {
    return new SegmenterOptimizer(
        SegmenterOptimizer.Kind.SGD,
        parityCase.param("base_lr").asDouble(),
        parityCase.param("classifier_lr_factor").asDouble(),
        parityCase.param("momentum").asDouble(),
        parityCase.param("weight_decay").asDouble(),
        repeatsTrunkUpdates(parityCase));
  }

  private static boolean repeatsTrunkUpdates(ParityCase parityCase) {
    var repeats = parityCase.params().path("trunk_updates");
    if (repeats.isMissingNode()) {
      return false;
    }
    List<Integer> counts =
        List.of(
            repeats.path("stem_conv").asInt(),
            repeats.path("block_conv").asInt(),
            repeats.path("shortcut_conv").asInt());
    if (counts.equals(List.of(1, 3, 4))) {
      return true;
    }
    if (counts.equals(List.of(1, 1, 1))) {
      return false;
    }
    throw new IllegalArgumentException(
        parityCase + ": trunk_updates must be 1, 3, 4 or 1, 1, 1, found " + counts);
  }

  private static ImageStream stream(ParityCase parityCase, String images) {
    long[] shape = parityCase.shape(images);
    return new ImageStream(
        (int) shape[0],
        (int) shape[2],
        (int) shape[1],
        Optional.empty(),
        0,
        Sampling.SHUFFLED,
        ColorJitter.none());
  }
}
