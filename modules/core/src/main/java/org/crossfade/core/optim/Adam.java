package org.crossfade.core.optim;

import java.util.ArrayList;
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
 * and v̂ = v/(1 − β₂ᵗ), whose denominators are computed in double precision.
 *
 * <p>TensorFlow's fused operation moves m and w in place. It adds ε to the uncorrected √v: with c =
 * √(1 − β₂ᵗ) it gets the rate rate·c/(1 − β₁ᵗ) and cε, which is the same. It rounds 1 − β in single
 * precision, by 10⁻⁵ of it for β₂ = 0.999, so v is moved before, and the operation, told that β₂ is
 * 1, leaves it as it is. For β₁ = 0.9 that is 2·10⁻⁷ and is left; where it is more, as for 0.99,
 * the operation gets a gradient that makes up for it.
 *
 * @param beta1 β₁
 * @param beta2 β₂
 * @param epsilon ε
 * @param weightDecay λ
 * @param decay whether λw joins the gradient, or shrinks the weight
 */
public record Adam(double beta1, double beta2, double epsilon, double weightDecay, Decay decay)
    implements Optimizer {
  /** An error that rounding makes anyway. */
  private static final double SINGLE_PRECISION = 3e-7;

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
    var before = new ArrayList<Op>();
    Operand<TFloat32> g = gradient;
    if (weightDecay != 0 && decay == Decay.COUPLED) {
      g = tf.math.add(g, tf.math.mul(parameter.snapshot(), tf.constant((float) weightDecay)));
    } else if (weightDecay != 0) {
      before.add(parameter.assign(tf, tf.math.mul(parameter.snapshot(), shrink(context, rate))));
    }
    before.add(second.assign(tf, secondMoment(tf, second.snapshot(), g)));
    Ops scalars = context.scalars();
    Operand<TFloat64> t =
        scalars.math.add(
            scalars.dtypes.cast(context.stepsDone(), TFloat64.class), scalars.constant(1.0));
    Operand<TFloat64> c = scalars.math.sqrt(correction(scalars, beta2, t));
    Operand<TFloat64> step =
        scalars.math.div(scalars.math.mul(rate, c), correction(scalars, beta1, t));
    Operand<TFloat64> cEpsilon = scalars.math.mul(c, scalars.constant(epsilon));
    // The operation's own corrections of the moments are switched off by powers of 0.
    return tf.withControlDependencies(before)
        .train
        .resourceApplyAdam(
            parameter.handle(),
            first.handle(),
            second.handle(),
            scalars.constant(0f),
            scalars.constant(0f),
            scalars.dtypes.cast(step, TFloat32.class),
            scalars.constant((float) beta1),
            scalars.constant(1f),
            scalars.dtypes.cast(cEpsilon, TFloat32.class),
            compensated(tf, g));
  }

  /** g, times what 1 − β₁ loses in single precision. */
  private Operand<TFloat32> compensated(Ops tf, Operand<TFloat32> g) {
    double factor = (1 - beta1) / (1 - (float) beta1);
    return Math.abs(factor - 1) < SINGLE_PRECISION
        ? g
        : tf.math.mul(g, tf.constant((float) factor));
  }

  /** β₂v + (1 − β₂)g². */
  private Operand<TFloat32> secondMoment(Ops tf, Operand<TFloat32> v, Operand<TFloat32> g) {
    return tf.math.add(
        tf.math.mul(tf.math.square(g), tf.constant((float) (1 - beta2))),
        tf.math.mul(v, tf.constant((float) beta2)));
  }

  /** 1 − rate·λ. */
  private Operand<TFloat32> shrink(UpdateContext context, Operand<TFloat64> rate) {
    Ops tf = context.scalars();
    return tf.dtypes.cast(
        tf.math.sub(tf.constant(1.0), tf.math.mul(rate, tf.constant(weightDecay))), TFloat32.class);
  }

  @Override
  public Adam withDecayFactor(double factor) {
    return factor == 1 ? this : new Adam(beta1, beta2, epsilon, weightDecay * factor, decay);
  }

  /** 1 − βᵗ. */
  private static Operand<TFloat64> correction(Ops tf, double beta, Operand<TFloat64> t) {
    return tf.math.sub(tf.constant(1.0), tf.math.pow(tf.constant(beta), t));
  }
}
