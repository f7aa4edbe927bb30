package org.crossfade.training.loop;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.crossfade.core.method.DatasetPass;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.LoopState;
import org.crossfade.training.run.RunDirectory;

/**
 * The ends of earlier phases that a phase starts from, by hash: a phase that is trained anew is not
 * what its followers were trained from.
 *
 * @param fingerprints of the ends, by phase
 */
record PhaseStarts(Map<String, String> fingerprints) {
  /**
   * Returns what a phase starts from.
   *
   * @param run holds the ends
   */
  static PhaseStarts of(Phase phase, RunDirectory run) throws IOException {
    var earlier = new TreeSet<String>();
    Map<String, InitialWeights> weights =
        phase instanceof TrainingPhase training
            ? training.initialWeights()
            : ((DatasetPass) phase).initialWeights();
    for (InitialWeights start : weights.values()) {
      if (start instanceof InitialWeights.FromPhase from) {
        earlier.add(from.phase());
      }
    }
    if (phase instanceof TrainingPhase training) {
      training.continued().ifPresent(earlier::add);
    }
    var fingerprints = new TreeMap<String, String>();
    for (String name : earlier) {
      if (Checkpoint.exists(run.phase(name))) {
        fingerprints.put(name, Checkpoint.fingerprint(run.phase(name)));
      }
    }
    return new PhaseStarts(fingerprints);
  }

  /** Returns what a phase depends on, with its starts. */
  LoopState.Origin in(LoopState.Origin origin) {
    return new LoopState.Origin(
        origin.seed(), origin.options(), origin.artefacts(), origin.datasets(), fingerprints);
  }
}
