package org.crossfade.metapix;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.Fcn8s;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.OuterProducts;
import org.crossfade.core.nn.Prediction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The meta-gradient by a directional derivative; {@link MetaGradient} has the equations.
 *
 * <p>For a fully connected layer y = x ∗ w with the source's input x_s and ȳ_s = ∂L_s/∂y, and the
 * target's x_t and ȳ_t, the step of its kernel is −α·g = −α Σ_p x_s,p ⊗ ȳ_s,p, and what v does to
 * the source's y is x_s ∗ v = (x_s ∗ x_t)·ȳ_t. Both are products of small matrices. The layers'
 * outputs get a shift of zeros, whose gradient is ȳ and whose tangent is x_s ∗ v.
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
    Parameters zeros = shifts(source, theta);
    Prediction seen = source.predict(theta.and(zeros));
    var weighted = WeightedCrossEntropy.of(tf, seen.logits(), source.labels(), weights);
    Parameters formed = theta.select(name -> !isImplicit(name));
    Parameters g = tape.gradientWhereConnected(weighted.loss(), formed.and(zeros));
    Parameters moved =
        formed
            .select(g::contains)
            .step(tf, MetaGradient.constantLike(tf, weighted.loss(), alpha), g);
    // A node of its own, so that a derivative with respect to it stays clear of the source's pass.
    Parameters unformed = theta.select(this::isImplicit).map((name, kernel) -> tf.identity(kernel));
    Parameters stepped = theta.with(moved).with(unformed);
    for (Convolution layer : source.fullyConnected()) {
      stepped =
          stepped.and(
              OuterProducts.of(
                      tf, layer, input(seen, layer), g.get(OuterProducts.shiftName(layer.name())))
                  .times(tf, -alpha)
                  .addedTo(layer.name()));
    }
    Parameters targetZeros = shifts(target, theta);
    Prediction reached = target.predict(stepped.and(targetZeros));
    Operand<TFloat32> loss = targetLoss.of(tf, reached.logits(), target.labels());
    Parameters v = tape.gradientWhereConnected(loss, moved.and(targetZeros));
    Operand<TFloat32> u =
        tape.jvp(
            weighted.perPixel(),
            formed.and(zeros),
            v.select(moved::contains).and(tangents(seen, reached, v)));
    var names = new TreeSet<>(moved.names());
    theta.names().stream().filter(this::isImplicit).forEach(names::add);
    return new MetaGradient(
        weighted.loss(),
        loss,
        weights,
        names,
        stepped,
        Optional.of(u),
        withGradient(loss, linear(u, weights)));
  }

  private boolean isImplicit(String name) {
    return source.fullyConnected().stream().anyMatch(l -> name.equals(l.name() + ".weight"));
  }

  /** Zeros that are added to the outputs of the fully connected layers. */
  private Parameters shifts(MetaGradient.Batch batch, Parameters theta) {
    if (batch.fullyConnected().isEmpty()) {
      return Parameters.empty();
    }
    // A pass that is built for its shapes alone and never run.
    Prediction shapes = batch.predict(theta);
    var zeros = new LinkedHashMap<String, Operand<TFloat32>>();
    for (Convolution layer : batch.fullyConnected()) {
      long[] shape = layer.apply(tf, theta, input(shapes, layer)).shape().asArray();
      zeros.put(
          OuterProducts.shiftName(layer.name()),
          tf.zeros(tf.constant(shape), source.images().type()));
    }
    return Parameters.of(zeros);
  }

  /** x_s ∗ v of each fully connected layer, by the name of its shift. */
  private Parameters tangents(Prediction seen, Prediction reached, Parameters v) {
    Map<String, Operand<TFloat32>> tangents = new LinkedHashMap<>();
    for (Convolution layer : source.fullyConnected()) {
      String shift = OuterProducts.shiftName(layer.name());
      tangents.put(
          shift,
          OuterProducts.of(tf, layer, input(reached, layer), v.get(shift))
              .applied(tf, layer, input(seen, layer)));
    }
    return Parameters.of(tangents);
  }

  private static Operand<TFloat32> input(Prediction prediction, Convolution layer) {
    return prediction.stages().get(layer.name() + Fcn8s.INPUT);
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
