package org.crossfade.recipes;

import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.Discriminator;
import org.crossfade.recipes.loss.DomainLoss;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One binary discriminator between maps of the two domains: source 0, target 1.
 *
 * <p>The discriminator minimises w·loss(D(source), 0) + w·loss(D(target), 1), w = ½ mostly; the
 * segmenter minimises loss(D(target), 0). Each update differentiates with respect to its own
 * variables alone, so one pass over the target's map serves both.
 *
 * @param role of the discriminator's variables; also the name of its update
 * @param sourceOutput D(source), [N, h, w, 1]
 * @param targetOutput D(target), [N, h', w', 1]
 * @param adversarial loss(D(target), 0), scalar, unweighted
 * @param discriminatorSource loss(D(source), 0), scalar, without the factor ½
 * @param discriminatorTarget loss(D(target), 1), scalar, without the factor ½
 */
public record BinaryAlignment(
    String role,
    Operand<TFloat32> sourceOutput,
    Operand<TFloat32> targetOutput,
    Operand<TFloat32> adversarial,
    Operand<TFloat32> discriminatorSource,
    Operand<TFloat32> discriminatorTarget) {
  /** Weight of each domain in a discriminator's loss. */
  public static final double HALF = 0.5;

  /**
   * Returns the alignment of two maps.
   *
   * @param source [N, h, w, C]
   * @param target [N', h', w', C]
   */
  public static BinaryAlignment of(
      Ops tf,
      String role,
      Discriminator discriminator,
      Parameters parameters,
      DomainLoss loss,
      Operand<TFloat32> source,
      Operand<TFloat32> target) {
    Operand<TFloat32> sourceOutput = discriminator.forward(tf, parameters, source);
    Operand<TFloat32> targetOutput = discriminator.forward(tf, parameters, target);
    return new BinaryAlignment(
        role,
        sourceOutput,
        targetOutput,
        loss.apply(tf, targetOutput, DomainLoss.SOURCE),
        loss.apply(tf, sourceOutput, DomainLoss.SOURCE),
        loss.apply(tf, targetOutput, DomainLoss.TARGET));
  }

  /** Returns the update of the discriminator, each domain weighing {@link #HALF}. */
  public Update update(AdversarialTraining training) {
    return update(training, HALF);
  }

  /**
   * Returns the update of the discriminator.
   *
   * @param weight of each domain
   */
  public Update update(AdversarialTraining training, double weight) {
    return training.update(
        role,
        List.of(
            new LossTerm(role + ".source", weight, discriminatorSource),
            new LossTerm(role + ".target", weight, discriminatorTarget)));
  }
}
