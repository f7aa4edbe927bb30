package org.crossfade.core.graph;

import com.google.common.hash.Hashing;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Longs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * How a variable starts. Random values depend on the run's seed and the variable's name alone, so
 * that adding one variable never changes another.
 */
public sealed interface Initializer {

  /** Every element is {@code value}. */
  record Constant(float value) implements Initializer {}

  /** Independent normal elements of mean 0. */
  record Normal(double standardDeviation) implements Initializer {}

  /** Independent uniform elements in [−bound, bound). */
  record Uniform(double bound) implements Initializer {}

  /**
   * One value an element.
   *
   * @param values row-major, as many as the variable has elements
   */
  record Elements(List<Float> values) implements Initializer {
    /** Copies the list. */
    public Elements {
      values = List.copyOf(values);
    }
  }

  /** Returns zeros. */
  static Initializer zeros() {
    return new Constant(0f);
  }

  /** Returns ones. */
  static Initializer ones() {
    return new Constant(1f);
  }

  /**
   * Returns He's normal initialisation by fan-out, √(2/(kernel²·outputs)): PyTorch's {@code
   * kaiming_normal_(mode="fan_out")}.
   */
  static Initializer kaimingNormal(int kernel, int outputs) {
    return new Normal(Math.sqrt(2.0 / ((double) kernel * kernel * outputs)));
  }

  /** Returns PyTorch's default for convolutions, weight and bias alike: ±1/√(kernel²·inputs). */
  static Initializer pytorchDefault(int kernel, int inputs) {
    return new Uniform(1.0 / Math.sqrt((double) kernel * kernel * inputs));
  }

  /**
   * What is fed when variables are given their starting values. Without it TensorFlow computes the
   * values while it prepares the graph, and keeps them beside the variables as long as the session
   * lives: a network and its optimizer twice.
   *
   * @param seed of the run, scalar
   * @param zero scalar
   */
  record Feeds(Placeholder<TInt64> seed, Placeholder<TFloat32> zero) {
    static Feeds in(Ops tf) {
      return new Feeds(
          tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar())),
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar())));
    }
  }

  /** Returns the starting value of the variable {@code name} as a graph value. */
  default Operand<TFloat32> value(Ops tf, String name, Shape shape, Feeds feeds) {
    Operand<TInt64> dimensions = tf.constant(shape.asArray());
    if (this instanceof Constant c) {
      return tf.fill(dimensions, tf.math.add(feeds.zero(), tf.constant(c.value())));
    }
    if (this instanceof Elements e) {
      if (e.values().size() != shape.size()) {
        throw new IllegalArgumentException(
            "variable '%s' has %d elements, its initializer %d"
                .formatted(name, shape.size(), e.values().size()));
      }
      return tf.reshape(tf.constant(Floats.toArray(e.values())), dimensions);
    }
    Operand<TInt64> seeds = tf.stack(List.of(feeds.seed(), tf.constant(hash(name))));
    if (this instanceof Normal n) {
      return tf.math.mul(
          tf.random.statelessRandomNormal(dimensions, seeds),
          tf.constant((float) n.standardDeviation()));
    }
    float bound = (float) ((Uniform) this).bound();
    return tf.math.sub(
        tf.math.mul(tf.random.statelessRandomUniform(dimensions, seeds), tf.constant(2 * bound)),
        tf.constant(bound));
  }

  private static long hash(String name) {
    return Longs.fromByteArray(Hashing.sha256().hashString(name, StandardCharsets.UTF_8).asBytes());
  }
}
