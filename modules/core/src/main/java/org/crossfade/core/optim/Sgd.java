package org.crossfade.core.optim;

import org.crossfade.core.graph.Variable;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * PyTorch's SGD: d = g + λw; v ← μv + d; w ← w − rate·v. The rate stays outside the buffer; no
 * dampening, no Nesterov. The decay acts on everything trained, biases included.
 *
 * <p>A repeated update runs with the same g, one shared v, and d taken from the w that has already
 * moved; {@link FirstStep} says how it begins.
 *
 * @param momentum μ
 * @param weightDecay λ
 * @param firstStep what v is before the first iteration's second repetition; without repeats both
 *     are the same
 */
public record Sgd(double momentum, double weightDecay, FirstStep firstStep) implements Optimizer {
  /** Name of the slot that holds v. */
  public static final String MOMENTUM = "momentum";

  /** How the repetitions of an update share v in the very first iteration. */
  public enum FirstStep {
    /** Each repetition starts anew with v = d, the last one stays: PyTorch 1.13. */
    INDEPENDENT,
    /** v is shared from the first repetition on: the loop over parameters of older versions. */
    SEQUENTIAL
  }

  /** SGD whose repetitions, where there are any, begin as in PyTorch 1.13. */
  public Sgd(double momentum, double weightDecay) {
    this(momentum, weightDecay, FirstStep.INDEPENDENT);
  }

  @Override
  public Op apply(
      UpdateContext context,
      Variable parameter,
      Operand<TFloat32> gradient,
      Operand<TFloat64> rate,
      int repeats) {
    Ops tf = context.tf();
    Variable buffer = context.slot(MOMENTUM, parameter);
    Operand<TFloat32> lr = tf.dtypes.cast(rate, TFloat32.class);
    Operand<TFloat32> mu = tf.constant((float) momentum);
    if (repeats > 1 && firstStep == FirstStep.INDEPENDENT) {
      Operand<TFloat32> steps = context.stepsDone();
      mu = tf.select(tf.math.equal(steps, tf.constant(0f)), tf.constant(0f), mu);
    }
    Operand<TFloat32> w = parameter.snapshot();
    Op applied = null;
    for (int i = 0; i < repeats; i++) {
      // Ordered explicitly: without decay nothing else ties a repetition to the one before.
      Ops next = applied == null ? tf : tf.withControlDependencies(applied);
      if (applied != null) {
        w = parameter.readAfter(tf, applied);
      }
      applied =
          next.train.resourceApplyMomentum(
              parameter.handle(), buffer.handle(), lr, decayed(next, w, gradient), mu);
    }
    return applied;
  }

  @Override
  public Sgd withDecayFactor(double factor) {
    return factor == 1 ? this : new Sgd(momentum, weightDecay * factor, firstStep);
  }

  private Operand<TFloat32> decayed(Ops tf, Operand<TFloat32> w, Operand<TFloat32> gradient) {
    return weightDecay == 0
        ? gradient
        : tf.math.add(gradient, tf.math.mul(w, tf.constant((float) weightDecay)));
  }
}
