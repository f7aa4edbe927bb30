package org.crossfade.training.loop;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.options.OptionReader;
import org.crossfade.training.session.CompiledPhase;

/** Checks that every weight of a phase is trained or frozen, explicitly, and not both. */
final class Coverage {
  private Coverage() {}

  /**
   * Returns lines on what is trained, frozen and read.
   *
   * @throws IllegalStateException if the phase leaves a weight undecided, or freezes a trained one
   */
  static String check(CompiledPhase compiled) {
    TrainingPhase phase = compiled.phase();
    Set<String> trained = new HashSet<>();
    compiled.steps().forEach(step -> trained.addAll(step.trained()));
    long trainedCount = 0;
    long frozenCount = 0;
    long frozenVariables = 0;
    var neither = new ArrayList<String>();
    var both = new ArrayList<String>();
    for (Variable variable : compiled.session().variables().variables()) {
      boolean isTrained = trained.contains(variable.name());
      boolean isFrozen =
          phase.frozen().test(variable.name()) || variable.kind() == ParameterSpec.Kind.FIXED;
      if (isTrained) {
        trainedCount += variable.elements();
      } else if (isFrozen) {
        frozenCount += variable.elements();
        frozenVariables++;
      }
      if (variable.kind() == ParameterSpec.Kind.WEIGHT && isTrained == isFrozen) {
        (isTrained ? both : neither).add(variable.name());
      }
    }
    if (!neither.isEmpty() || !both.isEmpty()) {
      throw new IllegalStateException(
          "phase '"
              + phase.name()
              + "' must either train or freeze each weight."
              + (neither.isEmpty() ? "" : " It does neither with " + String.join(", ", neither))
              + (both.isEmpty() ? "" : " It does both with " + String.join(", ", both)));
    }
    var lines = new ArrayList<String>();
    lines.add(
        String.format(
            "trained %,d values in %d variables; frozen %,d in %d",
            trainedCount, trained.size(), frozenCount, frozenVariables));
    for (StreamRequest stream : phase.streams()) {
      PixelSize size = stream.size();
      lines.add(
          String.format(
              "stream %s: %d x %dx%d of the %s domain, %s",
              stream.name(),
              stream.batch(),
              size.width(),
              size.height(),
              OptionReader.key(stream.domain().name()),
              OptionReader.key(stream.sampling().name())));
    }
    return String.join("\n", lines);
  }
}
