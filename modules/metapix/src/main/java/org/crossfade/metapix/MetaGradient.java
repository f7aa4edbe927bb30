package org.crossfade.metapix;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.nn.FullyConnected;
import org.crossfade.core.nn.OuterProducts;
import org.crossfade.core.nn.Prediction;
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
 * <p>weights rise where the gradient of a source pixel agrees with that of the target. In both the
 * gradients of fully connected layers stay {@link OuterProducts}: neither g nor θ⁺ nor v is formed
 * for them.
 *
 * @param sourceLoss L_s, scalar
 * @param targetLoss L_t, scalar
 * @param weights W, [N, H, W]
 * @param moved names of the parameters that the virtual step moves
 * @param stepped θ⁺, by the names of all parameters; where a step is known as outer products, the
 *     kernel is θ's and they stand beside it
 * @param agreement u, [N, H, W]; directional mode only
 * @param objective has L_t's value, and ∂L_t/∂φ as its gradient with respect to φ
 */
public record MetaGradient(
    Operand<TFloat32> sourceLoss,
    Operand<TFloat32> targetLoss,
    Operand<TFloat32> weights,
    Set<String> moved,
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
   * @param fullyConnected layers of few cells and many channels; what they read is the stage called
   *     {@code NAME.input} of the network's prediction
   */
  public record Batch(
      Forward forward,
      SegmentationNetwork network,
      Operand<TFloat32> images,
      Operand<TInt32> labels,
      List<FullyConnected> fullyConnected) {
    /**
     * Copies the list.
     *
     * @param forward the pass that it goes through
     * @param network its network; the two domains' read the same parameters
     * @param images normalised, [N, H, W, 3]
     * @param labels [N, H, W]
     * @param fullyConnected layers of few cells and many channels; what they read is the stage
     *     called {@code NAME.input} of the network's prediction
     */
    public Batch {
      fullyConnected = List.copyOf(fullyConnected);
    }

    Prediction predict(Parameters parameters) {
      return network.forward(forward, parameters, images);
    }

    /** The same, never run: for the shapes of what it computes. It moves no running statistics. */
    Prediction shapes(Parameters parameters) {
      return network.forward(forward.withoutStateUpdates(), parameters, images);
    }
  }

  /**
   * {@return the loss behind a virtual step}
   *
   * @param tf operations of the graph
   * @param mode how it is differentiated
   * @param source the batch that the virtual step is made of; its pixels are weighted
   * @param target the batch that L_t is computed on
   * @param theta θ, what the virtual step starts from
   * @param weighting f, which gives the weights of the source's pixels
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
    Operand<TFloat32> weights = weighting.weights(tf, phi, source.images(), source.labels());
    return mode == Mode.SECOND_ORDER
        ? nested(tf, source, target, theta, weights, alpha, targetLoss)
        : new DirectionalGradient(tf, source, target, alpha, targetLoss).of(theta, weights);
  }

  private static MetaGradient nested(
      Ops tf,
      Batch source,
      Batch target,
      Parameters theta,
      Operand<TFloat32> weights,
      double alpha,
      TargetLoss targetLoss) {
    VirtualStep step = VirtualStep.of(tf, source, theta, weights, alpha);
    Operand<TFloat32> loss =
        targetLoss.of(tf, target.predict(step.stepped()).logits(), target.labels());
    return new MetaGradient(
        step.loss().loss(),
        loss,
        weights,
        step.names(source),
        step.stepped(),
        Optional.empty(),
        loss);
  }

  /** A constant of the precision that the losses have: tests differentiate in float64. */
  static Operand<TFloat32> constantLike(Ops tf, Operand<TFloat32> like, double value) {
    return tf.dtypes.cast(tf.constant(value), like.type());
  }
}
