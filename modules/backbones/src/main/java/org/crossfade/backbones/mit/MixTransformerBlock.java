package org.crossfade.backbones.mit;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.DepthwiseConvolution;
import org.crossfade.core.nn.Gelu;
import org.crossfade.core.nn.LayerNorm;
import org.crossfade.core.nn.Linear;
import org.crossfade.core.nn.StochasticDepth;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A block of MiT: x ← x + Attention(LN(x)), then x ← x + FFN(LN(x)), both with drop path.
 *
 * <p>FFN is linear d → 4d, depthwise 3x3, GELU, linear 4d → d: the convolution carries the
 * positions.
 *
 * @param name prefix of its variables, without a dot
 * @param channels d
 * @param heads of the attention
 * @param reduction of keys and values
 * @param dropPath probability of leaving a branch out
 */
public record MixTransformerBlock(
    String name, int channels, int heads, int reduction, double dropPath) {
  /** How linear layers start; timm's truncation at ±2 is a hundred deviations away. */
  static final Initializer LINEAR = new Initializer.Normal(0.02);

  private static final int EXPANSION = 4;
  private static final float EPSILON = 1e-6f;

  /** Returns the parameters that it reads, by their published names. */
  public List<ParameterSpec> parameters() {
    var specs = new ArrayList<ParameterSpec>(norm("norm1").parameters());
    specs.addAll(attention().parameters());
    specs.addAll(norm("norm2").parameters());
    specs.addAll(expand().parameters(LINEAR, Initializer.zeros()));
    // He's rule with the fan-out of one group, which is 9.
    specs.addAll(
        positions()
            .parameters(Initializer.kaimingNormal(3, /* outputs= */ 1), Initializer.zeros()));
    specs.addAll(contract().parameters(LINEAR, Initializer.zeros()));
    return specs;
  }

  /**
   * Returns the block's output.
   *
   * @param x [N, H, W, channels]
   * @return the same shape
   */
  public Operand<TFloat32> apply(Forward forward, Parameters parameters, Operand<TFloat32> x) {
    Ops tf = forward.tf();
    var depth = new StochasticDepth(dropPath);
    Operand<TFloat32> attended =
        attention().apply(tf, parameters, norm("norm1").apply(tf, parameters, x));
    Operand<TFloat32> y = tf.math.add(x, depth.apply(forward, name + ".attn", attended));
    Operand<TFloat32> mixed = feedForward(tf, parameters, norm("norm2").apply(tf, parameters, y));
    return tf.math.add(y, depth.apply(forward, name + ".mlp", mixed));
  }

  private Operand<TFloat32> feedForward(Ops tf, Parameters parameters, Operand<TFloat32> x) {
    Operand<TFloat32> hidden = positions().apply(tf, parameters, expand().apply(tf, parameters, x));
    return contract().apply(tf, parameters, Gelu.apply(tf, hidden));
  }

  private SpatialReductionAttention attention() {
    return new SpatialReductionAttention(name + ".attn", channels, heads, reduction);
  }

  private LayerNorm norm(String which) {
    return new LayerNorm(name + "." + which, channels, EPSILON);
  }

  private Linear expand() {
    return new Linear(name + ".mlp.fc1", channels, EXPANSION * channels);
  }

  private DepthwiseConvolution positions() {
    return new DepthwiseConvolution(
        name + ".mlp.dwconv.dwconv", EXPANSION * channels, 1, /* bias= */ true);
  }

  private Linear contract() {
    return new Linear(name + ".mlp.fc2", EXPANSION * channels, channels);
  }
}
