package org.crossfade.recipes;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.optim.Adam;
import org.crossfade.core.optim.Optimizer;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.core.optim.Schedule;
import org.crossfade.core.optim.Sgd;

/**
 * The optimizer of a segmentation network: the backbone at one rate, the classifier at a multiple
 * of it.
 *
 * @param kind SGD in all DeepLab codes; Adam suits a small network that starts from nothing
 * @param rate of the backbone in the first iteration
 * @param headFactor the classifier's rate divided by the backbone's; 10 in all DeepLab codes
 * @param momentum of SGD, or β₁ of Adam, whose β₂ is 0.999; 0..1, 1 excluded
 * @param weightDecay of everything trained, biases included
 * @param repeatTrunkUpdates whether an iteration applies the momentum update of a block's
 *     convolutions 3 times and of a shortcut's 4 times, as the codes of AdaptSegNet, ADVENT, FDA
 *     and PixDA do, whose optimizers list these weights as often. Residual networks only
 */
public record SegmenterOptimizer(
    Kind kind,
    double rate,
    double headFactor,
    double momentum,
    double weightDecay,
    boolean repeatTrunkUpdates) {
  /** How a gradient moves a weight. */
  public enum Kind {
    /** Momentum, with decay in the gradient. */
    SGD,
    /** Adam, with decay in the gradient. */
    ADAM
  }

  /** Name of the network's update. */
  public static final String UPDATE = "segmenter";

  private static final int BLOCK_REPEATS = 3;
  private static final int SHORTCUT_REPEATS = 4;

  /** Checks the ranges. */
  public SegmenterOptimizer {
    if (!(rate > 0 && headFactor > 0)) {
      throw new IllegalArgumentException(
          "rate and head-factor must be positive, found " + rate + " and " + headFactor);
    }
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum must lie in 0..1, found " + momentum);
    }
    if (kind == Kind.ADAM && repeatTrunkUpdates) {
      throw new IllegalArgumentException("repeat-trunk-updates must be false with adam");
    }
    if (!(weightDecay >= 0)) {
      throw new IllegalArgumentException("weight-decay must be at least 0, found " + weightDecay);
    }
  }

  /**
   * Returns the optimizer.
   *
   * @param firstStep how repeated updates begin
   */
  public Optimizer optimizer(Sgd.FirstStep firstStep) {
    return switch (kind) {
      case SGD -> new Sgd(momentum, weightDecay, firstStep);
      case ADAM -> new Adam(momentum, 0.999, 1e-8, weightDecay, Adam.Decay.COUPLED);
    };
  }

  /**
   * Returns the update of a network.
   *
   * @param network in the form that is trained; its variables have the role {@code segmenter}
   * @param decay of its rates
   * @param terms what is minimised
   */
  public Update update(SegmentationNetwork network, Decay decay, List<LossTerm> terms) {
    return update(network, decay, terms, Sgd.FirstStep.INDEPENDENT);
  }

  /**
   * Returns the update of a network.
   *
   * @param network in the form that is trained; its variables have the role {@code segmenter}
   * @param decay of its rates
   * @param terms what is minimised
   * @param firstStep how repeated updates begin
   */
  public Update update(
      SegmentationNetwork network, Decay decay, List<LossTerm> terms, Sgd.FirstStep firstStep) {
    return new Update(
        UPDATE, terms, groups(TrainingPhase.SEGMENTER, network, decay), optimizer(firstStep));
  }

  /**
   * Returns the groups: {@code backbone} first (in three parts where trunk updates are repeated),
   * {@code classifier} last.
   *
   * @param role of the network's variables
   * @param network tells its classifier
   * @param decay of both rates
   * @throws IllegalArgumentException if updates are to be repeated in a network that is not
   *     residual
   */
  public List<ParameterGroup> groups(String role, SegmentationNetwork network, Decay decay) {
    NamePattern head = network.head().under(role);
    NamePattern backbone = NamePattern.of(role + ".**").except(head);
    Schedule schedule = decay.from(rate);
    var groups = new ArrayList<ParameterGroup>();
    if (repeatTrunkUpdates) {
      NamePattern blocks = NamePattern.of("layer*.*.conv*.weight");
      NamePattern shortcuts = NamePattern.of("layer*.*.downsample.0.weight");
      requireResidual(network, blocks, shortcuts);
      groups.add(
          new ParameterGroup(
              "backbone",
              backbone.except(blocks.under(role)).except(shortcuts.under(role)),
              schedule));
      groups.add(
          new ParameterGroup("backbone-blocks", blocks.under(role), schedule, BLOCK_REPEATS));
      groups.add(
          new ParameterGroup(
              "backbone-shortcuts", shortcuts.under(role), schedule, SHORTCUT_REPEATS));
    } else {
      groups.add(new ParameterGroup("backbone", backbone, schedule));
    }
    groups.add(new ParameterGroup("classifier", head, schedule.times(headFactor)));
    return List.copyOf(groups);
  }

  private static void requireResidual(
      SegmentationNetwork network, NamePattern blocks, NamePattern shortcuts) {
    boolean residual =
        network.parameters().stream().anyMatch(p -> blocks.test(p.name()))
            && network.parameters().stream().anyMatch(p -> shortcuts.test(p.name()));
    if (!residual) {
      throw new IllegalArgumentException(
          "repeat-trunk-updates must be false for "
              + network.name()
              + ": only residual networks have block and shortcut convolutions");
    }
  }
}
