package org.crossfade.pixl;

import java.util.Optional;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.pixl.loss.AdaptiveSelection;
import org.crossfade.pixl.loss.AsymmetricContrast;
import org.crossfade.pixl.loss.DriftSchedule;
import org.crossfade.recipes.SupervisedTraining;
import org.crossfade.recipes.selftraining.SelfTraining;

/**
 * PiXL's options, section {@code crossfade.pixl}. The values in {@code reference.conf} are the
 * paper's, and the recommended ones where the paper is silent.
 *
 * @param network of two resolutions
 * @param source supervised training before the method, for networks without pretrained weights; 0
 *     iterations leave it out, as the paper does
 * @param training HRDA's self-training, which PiXL adds to
 * @param pixels PiXL's own part
 */
public record PixlOptions(
    NetworkOptions network, SupervisedTraining source, SelfTraining training, Pixels pixels) {
  /**
   * Checks what no part can check alone.
   *
   * @param network of two resolutions
   * @param source supervised training before the method, for networks without pretrained weights; 0
   *     iterations leave it out, as the paper does
   * @param training HRDA's self-training, which PiXL adds to
   * @param pixels PiXL's own part
   */
  public PixlOptions {
    if (!network.twoResolutions() || training.resolutions().isEmpty()) {
      throw new IllegalArgumentException(
          "network.kind must be hrda and training.resolutions there: PiXL chooses prototypes"
              + " between two resolutions");
    }
  }

  /** Where prototypes come from. */
  public enum PrototypeSource {
    /** From the resolution that has seen more of the class: equation 14, table 5's «APS». */
    ADAPTIVE,
    /** From both resolutions' joint pixels together: equation 10, table 5's «DPA». */
    POOLED
  }

  /** Which images share prototypes. */
  public enum Pairing {
    /** The b-th labelled image and the b-th mixed image; without mixed images, two by two. */
    LABELLED_WITH_MIXED,
    /** The b-th labelled image and the next mixed image. */
    LABELLED_WITH_NEXT_MIXED,
    /** All labelled images, and all mixed images. */
    SAME_PASS,
    /** All images of the step. */
    ALL
  }

  /**
   * A projection of features that L_DPA alone sees, which learns at the head's rate.
   *
   * @param channels of what it gives, at least 1
   */
  public record Projection(int channels) {
    /**
     * Checks the range.
     *
     * @param channels of what it gives, at least 1
     */
    public Projection {
      if (channels < 1) {
        throw new IllegalArgumentException("channels must be at least 1, found " + channels);
      }
    }
  }

  /**
   * Pixel learning.
   *
   * @param weight of L_DPA; 0 is table 5's baseline, HRDA
   * @param startIteration L_DPA counts from here on
   * @param drift the share of pixels that drift
   * @param projection of the features, for L_DPA alone; without it, as in the paper, L_DPA sees the
   *     decoder's
   * @param temperature τ of the contrast, above 0
   * @param normalized whether features and prototypes have length 1
   * @param weighted whether a pixel counts as much as its pseudo label
   * @param selection where prototypes come from
   * @param median of an even number of classes, for the adaptive selection
   * @param pairing which images share prototypes
   */
  public record Pixels(
      double weight,
      long startIteration,
      DriftSchedule drift,
      Optional<Projection> projection,
      double temperature,
      boolean normalized,
      boolean weighted,
      PrototypeSource selection,
      AdaptiveSelection.Median median,
      Pairing pairing) {
    /**
     * Checks the ranges.
     *
     * @param weight of L_DPA; 0 is table 5's baseline, HRDA
     * @param startIteration L_DPA counts from here on
     * @param drift the share of pixels that drift
     * @param projection of the features, for L_DPA alone; without it, as in the paper, L_DPA sees
     *     the decoder's
     * @param temperature τ of the contrast, above 0
     * @param normalized whether features and prototypes have length 1
     * @param weighted whether a pixel counts as much as its pseudo label
     * @param selection where prototypes come from
     * @param median of an even number of classes, for the adaptive selection
     * @param pairing which images share prototypes
     */
    public Pixels {
      if (!(weight >= 0)) {
        throw new IllegalArgumentException("weight must be at least 0, found " + weight);
      }
      if (startIteration < 0) {
        throw new IllegalArgumentException(
            "start-iteration must be at least 0, found " + startIteration);
      }
      new AsymmetricContrast(temperature, normalized, weighted);
    }

    /** {@return the contrast of drift pixels with prototypes} */
    public AsymmetricContrast contrast() {
      return new AsymmetricContrast(temperature, normalized, weighted);
    }
  }
}
