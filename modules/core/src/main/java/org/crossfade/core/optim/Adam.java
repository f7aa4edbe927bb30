package org.crossfade.core.optim;

import org.crossfade.core.graph.Variable;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * PyTorch's Adam and AdamW.
 *
 * <p>m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; w ← w − rate·m̂/(√v̂ + ε), with m̂ = m/(1 − β₁ᵗ)
 * and v̂ = v/(1 − β₂ᵗ) computed in double precision. TensorFlow's fused operation adds ε to the
 * uncorrected √v and rounds 1 − β₂ in single precision, so it is not used.
 *
 * @param beta1 β₁
 * @param beta2 β₂
 * @param epsilon ε
 * @param weightDecay λ
 * @param decay whether λw joins the gradient, or shrinks the weight
 */
public record Adam(double beta1, double beta2, double epsilon, double weightDecay, Decay decay)
    implements Optimizer {
  /** Name of the slot that holds m. */
  public static final String FIRST_MOMENT = "m";

  /** Name of the slot that holds v. */
  public static final String SECOND_MOMENT = "v";

  /** Where weight decay acts. */
  public enum Decay {
    /** g + λw in place of g: Adam with L2 regularisation. */
    COUPLED,
    /** w ← w·(1 − rate·λ) before the step: AdamW. */
    DECOUPLED
  }

  /** Adam without decay. */
  public Adam(double beta1, double beta2) {
    this(beta1, beta2, 1e-8, 0, Decay.COUPLED);
  }

  @Override
  public Op apply(
      UpdateContext context,
      Variable parameter,
      Operand<TFloat32> gradient,
      Operand<TFloat64> rate,
      int repeats) {
    if (repeats != 1) {
      throw new IllegalArgumentException("Adam's updates are not repeated");
    }
    Ops tf = context.tf();
    Variable first = context.slot(FIRST_MOMENT, parameter);
    Variable second = context.slot(SECOND_MOMENT, parameter);
    Operand<TFloat32> w = parameter.snapshot();
    Operand<TFloat32> g = gradient;
    if (weightDecay != 0 && decay == Decay.COUPLED) {
      g = tf.math.add(g, tf.math.mul(w, tf.constant((float) weightDecay)));
    } else if (weightDecay != 0) {
      Operand<TFloat64> shrink =
          tf.math.sub(tf.constant(1.0), tf.math.mul(rate, tf.constant(weightDecay)));
      w = tf.math.mul(w, tf.dtypes.cast(shrink, TFloat32.class));
    }
    Operand<TFloat32> m = blend(tf, first.snapshot(), g, beta1);
    Operand<TFloat32> v = blend(tf, second.snapshot(), tf.math.square(g), beta2);
    Operand<TFloat64> t =
        tf.math.add(tf.dtypes.cast(context.stepsDone(), TFloat64.class), tf.constant(1.0));
    Operand<TFloat64> step = tf.math.div(rate, correction(tf, beta1, t));
    Operand<TFloat32> rootCorrection =
        tf.dtypes.cast(tf.math.sqrt(correction(tf, beta2, t)), TFloat32.class);
    Operand<TFloat32> denominator =
        tf.math.add(tf.math.div(tf.math.sqrt(v), rootCorrection), tf.constant((float) epsilon));
    Operand<TFloat32> moved =
        tf.math.sub(
            w, tf.math.mul(tf.dtypes.cast(step, TFloat32.class), tf.math.div(m, denominator)));
    Op all =
        tf.withControlDependencies(
                first.assign(tf, m), second.assign(tf, v), parameter.assign(tf, moved))
            .noOp();
    return all;
  }

  @Override
  public Adam withDecayFactor(double factor) {
    return factor == 1 ? this : new Adam(beta1, beta2, epsilon, weightDecay * factor, decay);
  }

  /** 1 − βᵗ. */
  private static Operand<TFloat64> correction(Ops tf, double beta, Operand<TFloat64> t) {
    return tf.math.sub(tf.constant(1.0), tf.math.pow(tf.constant(beta), t));
  }

  private static Operand<TFloat32> blend(
      Ops tf, Operand<TFloat32> old, Operand<TFloat32> recent, double beta) {
    return tf.math.add(
        tf.math.mul(old, tf.constant((float) beta)),
        tf.math.mul(recent, tf.constant((float) (1 - beta))));
  }
}
