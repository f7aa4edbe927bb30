package org.crossfade.baselines;

import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.recipes.ImageStream;
import org.crossfade.recipes.JointTraining;
import org.crossfade.recipes.SupervisedTraining;
import org.crossfade.recipes.augmentation.FourierStyleTransfer;
import org.crossfade.recipes.loss.RobustEntropyLoss;

/**
 * Options of FDA, section {@code crossfade.fda}.
 *
 * @param network without an auxiliary head
 * @param source supervised training in front; 0 iterations leave it out
 * @param adaptation on source images in the target's style
 * @param style how they take it
 * @param entropy of predictions on the target
 * @param targetImages which images of the target are seen; their labels are never read
 */
public record FdaOptions(
    NetworkOptions network,
    SupervisedTraining source,
    JointTraining adaptation,
    FourierStyleTransfer style,
    Entropy entropy,
    TargetImages targetImages) {
  /**
   * Checks what no part can check alone.
   *
   * @param network without an auxiliary head
   * @param source supervised training in front; 0 iterations leave it out
   * @param adaptation on source images in the target's style
   * @param style how they take it
   * @param entropy of predictions on the target
   * @param targetImages which images of the target are seen; their labels are never read
   */
  public FdaOptions {
    if (network.auxiliaryHead()) {
      throw new IllegalArgumentException(
          "network.auxiliary-head must be false: FDA trains one classifier");
    }
    ImageStream.requireCounterparts(adaptation.source(), adaptation.target());
  }

  /** Which images of the target are seen. */
  public enum TargetImages {
    /** All. */
    ALL,
    /** Those that {@code task.target-labels} chooses, as PixDA's rows see them. */
    LABELLED;

    /** Returns the request that draws these images. */
    Labels labels() {
      return this == ALL ? Labels.NONE : Labels.GROUND_TRUTH;
    }
  }

  /**
   * The robust entropy of predictions on the target.
   *
   * @param weight λ_ent, at least 0
   * @param eta η of the penalty, above 0
   */
  public record Entropy(double weight, double eta) {
    /**
     * Checks the ranges.
     *
     * @param weight λ_ent, at least 0
     * @param eta η of the penalty, above 0
     */
    public Entropy {
      if (!(weight >= 0)) {
        throw new IllegalArgumentException("weight must be at least 0, found " + weight);
      }
      RobustEntropyLoss.published(eta);
    }
  }
}
