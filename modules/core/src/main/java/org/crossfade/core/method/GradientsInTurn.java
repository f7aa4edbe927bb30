package org.crossfade.core.method;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Gradients of a step's updates, differentiated turn by turn: first the loss terms that read no
 * value that waits, then those that read the first one, and so on. The next turn comes when the
 * gradients before it are there. The sum over an update's turns is the gradient of its total loss.
 */
final class GradientsInTurn {
  private final Ops tf;
  private final GradientTape tape;
  private final List<Turn> turns;
  private final Optional<LossScale> scale;
  private final List<List<Op>> computed = new ArrayList<>();

  /**
   * Prepares a step.
   *
   * @param scale of its loss, if that is scaled
   */
  GradientsInTurn(Ops tf, List<Turn> turns, Optional<LossScale> scale) {
    this.tf = tf;
    this.tape = new GradientTape(tf);
    this.turns = turns;
    this.scale = scale;
    for (int i = 0; i <= turns.size(); i++) {
      computed.add(new ArrayList<>());
    }
  }

  /**
   * Returns ∂(total of terms)/∂weights.
   *
   * @throws IllegalArgumentException if no term depends on one of the weights
   */
  Parameters of(List<LossTerm> terms, Parameters weights) {
    var inTurn = new TreeMap<Integer, List<LossTerm>>();
    for (LossTerm term : terms) {
      inTurn.computeIfAbsent(turnOf(term), turn -> new ArrayList<>()).add(term);
    }
    if (inTurn.size() == 1) {
      Parameters gradients = unscaled(tape.gradient(total(terms), weights));
      computed.get(inTurn.firstKey()).addAll(gradients.values());
      return gradients;
    }
    var sums = new LinkedHashMap<String, Operand<TFloat32>>();
    inTurn.forEach(
        (turn, own) -> {
          Parameters part = unscaled(tape.gradientWhereConnected(total(own), weights));
          computed.get(turn).addAll(part.values());
          part.asMap().forEach((name, value) -> sums.merge(name, value, tf.math::add));
        });
    if (sums.size() < weights.names().size()) {
      // Says which weights no term reaches.
      return tape.gradient(total(terms), weights);
    }
    return weights.map((name, weight) -> sums.get(name));
  }

  private Operand<TFloat32> total(List<LossTerm> terms) {
    Operand<TFloat32> total = LossTerm.total(tf, terms);
    return scale.map(s -> s.scaled(total)).orElse(total);
  }

  private Parameters unscaled(Parameters gradients) {
    return scale.map(s -> s.unscaled(gradients)).orElse(gradients);
  }

  /**
   * Returns what calls the turns of one run.
   *
   * @param values all that the run computes
   */
  List<Op> calls(List<Op> values) {
    var calls = new ArrayList<Op>();
    var before = new ArrayList<Op>();
    for (int i = 0; i < turns.size(); i++) {
      before.addAll(computed.get(i));
      if (turns.get(i).isReadBy(values)) {
        calls.add(turns.get(i).call(before.isEmpty() ? tf : tf.withControlDependencies(before)));
      }
    }
    return calls;
  }

  /** Returns the last turn that the term reads, counted from 1; 0 for none. */
  private int turnOf(LossTerm term) {
    for (int i = turns.size(); i > 0; i--) {
      if (turns.get(i - 1).isReadBy(List.of(term.value()))) {
        return i;
      }
    }
    return 0;
  }
}
