package org.crossfade.core.graph;

import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import org.crossfade.core.options.OptionReader;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * What the products of layers are computed in: convolutions, matrix products, attention. All the
 * rest is float32: weights and their optimizers, activations between layers, normalisation,
 * softmax, losses, averaged teachers, prototypes, statistics.
 *
 * <p>It is a property of a graph, declared before its first layer is built, so that no network and
 * no layer of a network can forget it. The declaration is a node of the graph; a graph without one
 * computes in float32.
 */
public enum Precision {
  /** Everything is float32. */
  FLOAT32(Format.SINGLE, false),
  /**
   * Products of bfloat16 operands with bfloat16 results: float32's range, 8 bits of precision. Sums
   * inside a product are float32 in oneDNN's and cuDNN's code.
   */
  MIXED_BFLOAT16(Format.BFLOAT16, false),
  /**
   * Products of float16 operands with float16 results: 11 bits of precision, and a range from 6e-8
   * to 65504, so losses are scaled.
   */
  MIXED_FLOAT16(Format.FLOAT16, false),
  /**
   * The numbers of {@link #MIXED_BFLOAT16} on a device that lacks it: operands and results are
   * rounded to bfloat16, products are computed in float32. Slower than float32.
   */
  EMULATED_BFLOAT16(Format.BFLOAT16, true),
  /** The numbers of {@link #MIXED_FLOAT16}, like {@link #EMULATED_BFLOAT16}. */
  EMULATED_FLOAT16(Format.FLOAT16, true),
  /** The fastest that the device computes by itself: options may say so, no graph has it. */
  AUTO(Format.SINGLE, false);

  /** How an operand of a product is held. */
  private enum Format {
    SINGLE(TFloat32.class),
    BFLOAT16(TBfloat16.class),
    FLOAT16(TFloat16.class);

    private final Class<? extends TNumber> type;

    Format(Class<? extends TNumber> type) {
      this.type = type;
    }
  }

  /** Those that a graph may declare, and that are not what it has without a declaration. */
  private static final List<Precision> DECLARED =
      Arrays.stream(values()).filter(p -> p.format != Format.SINGLE).toList();

  private final Format format;
  private final boolean emulated;

  Precision(Format format, boolean emulated) {
    this.format = format;
    this.emulated = emulated;
  }

  /** Returns the precision that the graph of {@code tf} declares. */
  public static Precision of(Ops tf) {
    if (tf.scope().env() instanceof Graph graph) {
      for (Precision precision : DECLARED) {
        if (graph.operation(precision.node()) != null) {
          return precision;
        }
      }
    }
    return FLOAT32;
  }

  /**
   * Makes this the precision of the graph of {@code tf}, in which no layer is built yet.
   *
   * @throws IllegalStateException if this is {@link #AUTO}, or the graph declares another one
   */
  public void declare(Ops tf) {
    Precision before = of(tf);
    if (this == AUTO || (before != FLOAT32 && before != this)) {
      throw new IllegalStateException(
          "a graph of precision '%s' can't have precision '%s'".formatted(before.key(), key()));
    }
    if (this != before) {
      tf.withName(node()).noOp();
    }
  }

  private String node() {
    return "precision." + key();
  }

  /** Returns the name as in options. */
  public String key() {
    return OptionReader.key(name());
  }

  /** Returns whether products are rounded to a half precision and computed in float32. */
  public boolean isEmulated() {
    return emulated;
  }

  /** Returns whether operands of products are bfloat16. */
  public boolean isBfloat16() {
    return format == Format.BFLOAT16;
  }

  /** Returns whether gradients may be too small for it, so that a step scales its loss. */
  public boolean scalesLosses() {
    return format == Format.FLOAT16;
  }

  /** Returns what this precision computes where a device lacks it. */
  public Precision emulation() {
    return switch (this) {
      case MIXED_BFLOAT16 -> EMULATED_BFLOAT16;
      case MIXED_FLOAT16 -> EMULATED_FLOAT16;
      default -> this;
    };
  }

  /**
   * Returns a product of two operands in the precision of their graph.
   *
   * @param a float32; it is cast, or rounded, to the precision
   * @param b like {@code a}
   * @param product of operands of one type, in that type: linear in each of them
   * @return float32
   */
  public static Operand<TFloat32> product(
      Ops tf, Operand<TFloat32> a, Operand<TFloat32> b, BinaryOperator<Operand<TNumber>> product) {
    Precision precision = of(tf);
    Operand<TNumber> y = product.apply(precision.operand(tf, a), precision.operand(tf, b));
    return precision.result(tf, y);
  }

  private Operand<TNumber> operand(Ops tf, Operand<TFloat32> value) {
    if (format == Format.SINGLE) {
      return number(value);
    }
    Operand<? extends TNumber> half = tf.dtypes.cast(value, format.type);
    return number(emulated ? tf.dtypes.cast(half, TFloat32.class) : half);
  }

  private Operand<TFloat32> result(Ops tf, Operand<TNumber> y) {
    if (format == Format.SINGLE) {
      return single(y);
    }
    // A product that is computed in float32 is rounded like one that is not; so is its gradient.
    return tf.dtypes.cast(emulated ? tf.dtypes.cast(y, format.type) : y, TFloat32.class);
  }

  @SuppressWarnings("unchecked")
  private static Operand<TNumber> number(Operand<? extends TNumber> value) {
    return (Operand<TNumber>) value;
  }

  @SuppressWarnings("unchecked")
  private static Operand<TFloat32> single(Operand<?> value) {
    return (Operand<TFloat32>) value;
  }
}
