package org.crossfade.recipes.loss;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.nn.DetailWindow;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The cross entropies of a network of two resolutions: w_f·CE(fused) + w_d·CE(detail) +
 * w_c·CE(context), each a {@link WeightedCrossEntropy}. Source: {@code HRDAHead.losses}, where w_f
 * = 1 − λ, w_d = λ and w_c = 0; PiXL's equation 16 reads w_f = 1, w_d = λ.
 *
 * @param fused w_f, at least 0
 * @param detail w_d, at least 0
 * @param context w_c, of the raw logits at half the image's size, at least 0
 */
public record MultiResolutionLoss(double fused, double detail, double context) {
  /** Checks the ranges. */
  public MultiResolutionLoss {
    if (!(fused >= 0 && detail >= 0 && context >= 0) || fused + detail + context == 0) {
      throw new IllegalArgumentException(
          "fused, detail and context must be at least 0 and not all 0, found "
              + fused
              + ", "
              + detail
              + " and "
              + context);
    }
  }

  /**
   * Logits of one pass.
   *
   * @param fused [N, H/4, W/4, K]
   * @param detail of the window, [N, h/4, w/4, K]
   * @param context raw, [N, H/8, W/8, K]; not read where it has no weight
   * @param window where the detail lies
   */
  public record Logits(
      Operand<TFloat32> fused,
      Operand<TFloat32> detail,
      Optional<Operand<TFloat32>> context,
      DetailWindow window) {}

  /**
   * Returns the terms {@code NAME-fused}, {@code NAME-detail} and {@code NAME-context} that have a
   * weight.
   *
   * @param labels [N, H, W], 255 where there is none
   * @param weights of the pixels, [N, H, W]
   */
  public List<LossTerm> terms(
      Ops tf, String name, Logits logits, Operand<TInt32> labels, Operand<TFloat32> weights) {
    var terms = new ArrayList<LossTerm>();
    if (fused > 0) {
      terms.add(
          new LossTerm(
              name + "-fused",
              fused,
              WeightedCrossEntropy.of(tf, logits.fused(), labels, weights)));
    }
    if (detail > 0) {
      terms.add(
          new LossTerm(
              name + "-detail",
              detail,
              WeightedCrossEntropy.of(
                  tf,
                  logits.detail(),
                  logits.window().cut(tf, labels),
                  logits.window().cut(tf, weights))));
    }
    if (context > 0) {
      terms.add(
          new LossTerm(
              name + "-context",
              context,
              WeightedCrossEntropy.of(tf, logits.context().orElseThrow(), labels, weights)));
    }
    return List.copyOf(terms);
  }
}
