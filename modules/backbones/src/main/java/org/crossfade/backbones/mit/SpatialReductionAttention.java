package org.crossfade.backbones.mit;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.autodiff.BatchProduct;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.LayerNorm;
import org.crossfade.core.nn.Linear;
import org.crossfade.core.nn.MapSize;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Self-attention of a map's cells, softmax(Q·Kᵀ/√w)·V for heads of width w, whose keys and values
 * come from a smaller map.
 *
 * <p>The map is reduced by a convolution of kernel and stride r, without padding, so that a
 * remainder of the sides is dropped, and a layer norm with ε 1e-5. r = 1 has neither. K is the
 * first half of {@code kv}.
 *
 * @param name prefix of its variables, without a dot
 * @param channels d, a multiple of the heads
 * @param heads how many
 * @param reduction r, at least 1
 */
record SpatialReductionAttention(String name, int channels, int heads, int reduction) {
  private static final float EPSILON = 1e-5f;

  List<ParameterSpec> parameters() {
    Initializer linear = MixTransformerBlock.LINEAR;
    Initializer zeros = Initializer.zeros();
    var specs = new ArrayList<ParameterSpec>(queries().parameters(linear, zeros));
    specs.addAll(keysAndValues().parameters(linear, zeros));
    specs.addAll(projection().parameters(linear, zeros));
    if (reduction > 1) {
      specs.addAll(reduce().parameters(Initializer.kaimingNormal(reduction, channels), zeros));
      specs.addAll(reducedNorm().parameters());
    }
    return specs;
  }

  /**
   * Returns what every cell attends to.
   *
   * @param x [N, H, W, channels], sides at least the reduction
   * @return the same shape
   */
  Operand<TFloat32> apply(Ops tf, Parameters parameters, Operand<TFloat32> x) {
    int height = (int) x.shape().get(1);
    int width = (int) x.shape().get(2);
    boolean known = MapSize.isKnown(x);
    if (known && (height < reduction || width < reduction)) {
      throw new IllegalArgumentException(
          "%s reduces a map by %d: it must be at least as large, found %dx%d; choose larger images"
              .formatted(name, reduction, width, height));
    }
    float scale = (float) (1 / Math.sqrt((double) channels / heads));
    Operand<TFloat32> q =
        heads(tf, tf.math.mul(queries().apply(tf, parameters, x), tf.constant(scale)), heads);
    Operand<TFloat32> reduced = x;
    if (reduction > 1) {
      reduced = reducedNorm().apply(tf, parameters, reduce().apply(tf, parameters, x));
    }
    var kv =
        tf.split(tf.constant(3), keysAndValues().apply(tf, parameters, reduced), 2L).iterator();
    Operand<TFloat32> k = heads(tf, kv.next(), heads);
    Operand<TFloat32> v = heads(tf, kv.next(), heads);
    Operand<TFloat32> attention =
        tf.nn.softmax(Precision.product(tf, q, k, (a, b) -> BatchProduct.apply(tf, a, b, true)));
    Operand<TFloat32> attended =
        Precision.product(tf, attention, v, (a, b) -> BatchProduct.apply(tf, a, b, false));
    Operand<TFloat32> cells = heads == 1 ? attended : swap(tf, attended);
    return projection()
        .apply(
            tf,
            parameters,
            tf.reshape(
                cells, known ? tf.constant(new int[] {-1, height, width, channels}) : tf.shape(x)));
  }

  /** From [N, H, W, channels] to [N, heads, H·W, channels/heads]. */
  private static Operand<TFloat32> heads(Ops tf, Operand<TFloat32> x, int heads) {
    if (!MapSize.isKnown(x)) {
      return ofAnySize(tf, x, heads);
    }
    int cells = (int) (x.shape().get(1) * x.shape().get(2));
    int channels = (int) x.shape().get(3);
    return heads == 1
        ? tf.reshape(x, tf.constant(new int[] {-1, 1, cells, channels}))
        : swap(tf, tf.reshape(x, tf.constant(new int[] {-1, cells, heads, channels / heads})));
  }

  private static Operand<TFloat32> ofAnySize(Ops tf, Operand<TFloat32> x, int heads) {
    int channels = (int) x.shape().get(3);
    return heads == 1
        ? tf.reshape(x, MapSize.keeping(tf, x, 1, 1, -1, channels))
        : swap(tf, tf.reshape(x, MapSize.keeping(tf, x, 1, -1, heads, channels / heads)));
  }

  /** Swaps cells and heads. */
  private static Operand<TFloat32> swap(Ops tf, Operand<TFloat32> x) {
    return tf.linalg.transpose(x, tf.constant(new int[] {0, 2, 1, 3}));
  }

  private Linear queries() {
    return new Linear(name + ".q", channels, channels);
  }

  private Linear keysAndValues() {
    return new Linear(name + ".kv", channels, 2 * channels);
  }

  private Linear projection() {
    return new Linear(name + ".proj", channels, channels);
  }

  private Convolution reduce() {
    return new Convolution(
        name + ".sr", channels, channels, reduction, reduction, 0, 1, /* bias= */ true);
  }

  private LayerNorm reducedNorm() {
    return new LayerNorm(name + ".norm", channels, EPSILON);
  }
}
