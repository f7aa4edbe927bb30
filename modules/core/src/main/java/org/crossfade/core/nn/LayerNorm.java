package org.crossfade.core.nn;

import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * Layer normalisation of the last axis: γ·(x − mean)/√(var + ε) + β, with the biased variance.
 *
 * @param name its variables are {@code name.weight} (γ) and {@code name.bias} (β), shape [channels]
 * @param channels size of the last axis
 * @param epsilon ε, above 0
 */
public record LayerNorm(String name, int channels, float epsilon) {

  /** Returns the variables, γ = 1 and β = 0. */
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.weight(name + ".weight", Shape.of(channels), Initializer.ones()),
        ParameterSpec.weight(name + ".bias", Shape.of(channels), Initializer.zeros()));
  }

  /**
   * Returns the normalised {@code x}.
   *
   * @param x [..., channels]
   */
  public Operand<TFloat32> apply(Ops tf, Parameters parameters, Operand<TFloat32> x) {
    Operand<TFloat32> centred = tf.math.sub(x, mean(tf, x));
    Operand<TFloat32> variance = mean(tf, tf.math.square(centred));
    Operand<TFloat32> scale = tf.math.rsqrt(tf.math.add(variance, tf.constant(epsilon)));
    return tf.nn.biasAdd(
        tf.math.mul(tf.math.mul(centred, scale), parameters.get(name + ".weight")),
        parameters.get(name + ".bias"));
  }

  private static Operand<TFloat32> mean(Ops tf, Operand<TFloat32> x) {
    return tf.math.mean(x, tf.constant(new int[] {-1}), Mean.keepDims(true));
  }
}
