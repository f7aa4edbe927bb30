package org.crossfade.metapix;

import java.util.Optional;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.nn.SegmentationNetwork;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * What a weighting network learns from (section 3.2, algorithm 2): the loss on the target behind a
 * virtual step on the weighted source.
 *
 * <p>L_s(φ) = 1/(HW) Σ W(φ)·ℓ(θ), ℓ the cross entropy of each source pixel; g = ∂L_s/∂θ; θ⁺ = θ −
 * α·g, which no variable holds; L_t(φ) = mean CE(f_θ⁺(x_t), y_t). Parameters that the source does
 * not reach stay where they are in θ⁺.
 *
 * <p>There are two exact ways to ∂L_t/∂φ. {@link Mode#SECOND_ORDER} differentiates L_t through g.
 * {@link Mode#DIRECTIONAL} uses that φ enters g linearly, through W: with v = ∂L_t/∂θ⁺ and u_p =
 * ⟨∂ℓ_p/∂θ, v⟩, how far the loss of source pixel p falls along v,
 *
 * <p>∂L_t/∂φ = −α/(HW) Σ_p u_p·∂W_p/∂φ:
 *
 * <p>weights rise where the gradient of a source pixel agrees with that of the target.
 *
 * @param sourceLoss L_s, scalar
 * @param targetLoss L_t, scalar
 * @param weights W, [N, H, W]
 * @param stepped θ⁺, by the names of all parameters
 * @param agreement u, [N, H, W]; directional mode only
 * @param objective has L_t's value, and ∂L_t/∂φ as its gradient with respect to φ
 */
public record MetaGradient(
    Operand<TFloat32> sourceLoss,
    Operand<TFloat32> targetLoss,
    Operand<TFloat32> weights,
    Parameters stepped,
    Optional<Operand<TFloat32>> agreement,
    Operand<TFloat32> objective) {
  /** How the gradient is computed; the results are equal. */
  public enum Mode {
    /** Through the virtual step, by gradients of gradients. */
    SECOND_ORDER,
    /** By a directional derivative and first-order gradients. */
    DIRECTIONAL
  }

  /**
   * A batch of one domain.
   *
   * @param forward the pass that it goes through
   * @param network its network; the two domains' read the same parameters
   * @param images normalised, [N, H, W, 3]
   * @param labels [N, H, W]
   */
  public record Batch(
      Forward forward,
      SegmentationNetwork network,
      Operand<TFloat32> images,
      Operand<TInt32> labels) {
    Operand<TFloat32> logits(Parameters parameters) {
      return network.forward(forward, parameters, images).logits();
    }
  }

  /**
   * Returns the loss behind a virtual step.
   *
   * @param theta θ, what the virtual step starts from
   * @param phi φ
   * @param alpha α, length of the virtual step, positive
   * @param targetLoss over which pixels L_t is a mean; not none
   */
  public static MetaGradient of(
      Ops tf,
      Mode mode,
      Batch source,
      Batch target,
      Parameters theta,
      SourceWeighting weighting,
      Parameters phi,
      double alpha,
      TargetLoss targetLoss) {
    var tape = new GradientTape(tf);
    Operand<TFloat32> weights = weighting.weights(tf, phi, source.images(), source.labels());
    var sourceLoss = WeightedCrossEntropy.of(tf, source.logits(theta), source.labels(), weights);
    Parameters g = tape.gradientWhereConnected(sourceLoss.loss(), theta);
    Parameters moved =
        theta.select(g::contains).step(tf, constantLike(tf, sourceLoss.loss(), alpha), g);
    Parameters stepped = theta.with(moved);
    Operand<TFloat32> reached = targetLoss.of(tf, target.logits(stepped), target.labels());
    if (mode == Mode.SECOND_ORDER) {
      return new MetaGradient(
          sourceLoss.loss(), reached, weights, stepped, Optional.empty(), reached);
    }
    Parameters v = tape.gradientWhereConnected(reached, moved);
    Operand<TFloat32> u = tape.jvp(sourceLoss.perPixel(), theta, v);
    return new MetaGradient(
        sourceLoss.loss(),
        reached,
        weights,
        stepped,
        Optional.of(u),
        withGradient(tf, reached, linear(tf, u, weights, alpha)));
  }

  /** −α/(N·H·W) Σ u·W, u held fixed. */
  private static Operand<TFloat32> linear(
      Ops tf, Operand<TFloat32> u, Operand<TFloat32> weights, double alpha) {
    Operand<TFloat32> mean =
        tf.math.mean(tf.math.mul(tf.stopGradient(u), weights), tf.constant(new int[] {0, 1, 2}));
    return tf.math.mul(mean, constantLike(tf, mean, -alpha));
  }

  /** The value of one scalar with the gradient of another. */
  private static Operand<TFloat32> withGradient(
      Ops tf, Operand<TFloat32> value, Operand<TFloat32> gradient) {
    return tf.math.add(tf.stopGradient(value), tf.math.sub(gradient, tf.stopGradient(gradient)));
  }

  /** A constant of the precision that the losses have: tests differentiate in float64. */
  private static Operand<TFloat32> constantLike(Ops tf, Operand<TFloat32> like, double value) {
    return tf.dtypes.cast(tf.constant(value), like.type());
  }
}
