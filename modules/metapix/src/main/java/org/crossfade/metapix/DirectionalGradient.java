package org.crossfade.metapix;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.nn.FullyConnected;
import org.crossfade.core.nn.OuterProducts;
import org.crossfade.core.nn.Prediction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The meta-gradient by a directional derivative; {@link MetaGradient} has the equations.
 *
 * <p>For a fully connected layer with the source's input x_s, and the target's x_t and ȳ_t =
 * ∂L_t/∂y, what v does to the source's y is x_s ∗ v = (x_s ∗ x_t)·ȳ_t, a product of small matrices.
 * It is the tangent of the shift of the layer's result.
 *
 * @param source the weighted batch
 * @param target the batch behind the virtual step
 * @param alpha α
 * @param targetLoss over which pixels L_t is a mean
 */
record DirectionalGradient(
    Ops tf,
    MetaGradient.Batch source,
    MetaGradient.Batch target,
    double alpha,
    TargetLoss targetLoss) {

  MetaGradient of(Parameters theta, Operand<TFloat32> weights) {
    var tape = new GradientTape(tf);
    VirtualStep step = VirtualStep.of(tf, source, theta, weights, alpha);
    Parameters targetZeros = VirtualStep.shifts(tf, target, theta);
    Prediction targetAnswer = target.predict(step.stepped().and(targetZeros));
    Operand<TFloat32> loss = targetLoss.of(tf, targetAnswer.logits(), target.labels());
    Parameters v = tape.gradientWhereConnected(loss, step.moved().and(targetZeros));
    Operand<TFloat32> u =
        tape.jvp(
            step.loss().perPixel(),
            step.formed().and(step.zeros()),
            v.select(step.moved()::contains).and(tangents(step.sourceAnswer(), targetAnswer, v)));
    return new MetaGradient(
        step.loss().loss(),
        loss,
        weights,
        step.names(source),
        step.stepped(),
        Optional.of(u),
        withGradient(loss, linear(u, weights)));
  }

  /** x_s ∗ v of each fully connected layer, by the name of its shift. */
  private Parameters tangents(Prediction sourceAnswer, Prediction targetAnswer, Parameters v) {
    Map<String, Operand<TFloat32>> tangents = new LinkedHashMap<>();
    for (FullyConnected layer : source.fullyConnected()) {
      String shift = OuterProducts.shiftName(layer.name());
      tangents.put(
          shift,
          OuterProducts.of(tf, layer, VirtualStep.input(targetAnswer, layer), v.get(shift))
              .applied(tf, layer, VirtualStep.input(sourceAnswer, layer)));
    }
    return Parameters.of(tangents);
  }

  /** −α/(N·H·W) Σ u·W, u held fixed. */
  private Operand<TFloat32> linear(Operand<TFloat32> u, Operand<TFloat32> weights) {
    Operand<TFloat32> mean =
        tf.math.mean(tf.math.mul(tf.stopGradient(u), weights), tf.constant(new int[] {0, 1, 2}));
    return tf.math.mul(mean, MetaGradient.constantLike(tf, mean, -alpha));
  }

  /** The value of one scalar with the gradient of another. */
  private Operand<TFloat32> withGradient(Operand<TFloat32> value, Operand<TFloat32> gradient) {
    return tf.math.add(tf.stopGradient(value), tf.math.sub(gradient, tf.stopGradient(gradient)));
  }
}
