package org.crossfade.metapix;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.fcn.Fcn8s;
import org.crossfade.core.nn.FullyConnected;
import org.crossfade.core.nn.OuterProducts;
import org.crossfade.core.nn.Prediction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * θ⁺ = θ − α·∂L_s/∂θ, as a function of θ and the weights, which no variable holds.
 *
 * <p>For a fully connected layer y = x ∗ w with ȳ = ∂L_s/∂y the step of the kernel is −α Σ_p x_p ⊗
 * ȳ_p and stays a sum of {@link OuterProducts}, exact and differentiable: the layer's result gets a
 * shift of zeros, whose gradient is ȳ.
 *
 * @param sourceAnswer the source's pass at θ
 * @param loss of the weighted source
 * @param formed θ without kernels of fully connected layers
 * @param zeros the shifts
 * @param moved θ⁺ of the formed parameters that the source reaches
 * @param stepped θ⁺, by the names of all parameters, with outer products beside the kernels that
 *     they move
 */
record VirtualStep(
    Prediction sourceAnswer,
    WeightedCrossEntropy loss,
    Parameters formed,
    Parameters zeros,
    Parameters moved,
    Parameters stepped) {

  /**
   * Takes the step.
   *
   * @param weights W, [N, H, W]
   * @param alpha α
   */
  static VirtualStep of(
      Ops tf,
      MetaGradient.Batch source,
      Parameters theta,
      Operand<TFloat32> weights,
      double alpha) {
    Parameters zeros = shifts(tf, source, theta);
    Prediction sourceAnswer = source.predict(theta.and(zeros));
    var loss = WeightedCrossEntropy.of(tf, sourceAnswer.logits(), source.labels(), weights);
    Parameters formed = theta.select(name -> !isKernel(source, name));
    Parameters g = new GradientTape(tf).gradientWhereConnected(loss.loss(), formed.and(zeros));
    Parameters moved =
        formed.select(g::contains).step(tf, MetaGradient.constantLike(tf, loss.loss(), alpha), g);
    // A node of its own, so that a derivative with respect to it stays clear of the source's pass.
    Parameters kernels =
        theta.select(name -> isKernel(source, name)).map((name, kernel) -> tf.identity(kernel));
    Parameters stepped = theta.with(moved).with(kernels);
    for (FullyConnected layer : source.fullyConnected()) {
      stepped =
          stepped.and(
              OuterProducts.of(
                      tf,
                      layer,
                      input(sourceAnswer, layer),
                      g.get(OuterProducts.shiftName(layer.name())))
                  .times(tf, -alpha)
                  .addedTo(layer.name()));
    }
    return new VirtualStep(sourceAnswer, loss, formed, zeros, moved, stepped);
  }

  /** Returns the names of the parameters that the step moves. */
  Set<String> names(MetaGradient.Batch source) {
    var names = new TreeSet<>(moved.names());
    source.fullyConnected().forEach(layer -> names.add(layer.weight()));
    return names;
  }

  private static boolean isKernel(MetaGradient.Batch source, String name) {
    return source.fullyConnected().stream().anyMatch(layer -> name.equals(layer.weight()));
  }

  /** Zeros that are added to the results of a batch's fully connected layers. */
  static Parameters shifts(Ops tf, MetaGradient.Batch batch, Parameters theta) {
    if (batch.fullyConnected().isEmpty()) {
      return Parameters.empty();
    }
    Prediction shapes = batch.shapes(theta);
    Map<String, Operand<TFloat32>> zeros = new LinkedHashMap<>();
    for (FullyConnected layer : batch.fullyConnected()) {
      zeros.put(
          OuterProducts.shiftName(layer.name()),
          tf.zeros(tf.constant(layer.resultShape(input(shapes, layer))), batch.images().type()));
    }
    return Parameters.of(zeros);
  }

  /** What a fully connected layer reads in a pass. */
  static Operand<TFloat32> input(Prediction prediction, FullyConnected layer) {
    return prediction.stages().get(layer.name() + Fcn8s.INPUT);
  }
}
