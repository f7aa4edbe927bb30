package org.crossfade.training.loop;

import java.util.List;
import java.util.Optional;
import org.crossfade.training.session.CompiledPhase;
import org.crossfade.training.session.PhaseSession;
import org.crossfade.training.session.StepLosses;
import org.crossfade.training.workers.WorkerGroup;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * What the workers of a phase do together; of a process that is alone, nothing.
 *
 * @param group this process's, where it is not alone
 * @param phase its name
 * @param stop asks the loop of this worker to end; only when all are asked
 */
record PhaseTeam(Optional<WorkerGroup> group, String phase, StopSignal stop) {
  /**
   * Runs an iteration.
   *
   * @throws org.crossfade.training.workers.WorkersException if another worker is lost
   */
  List<StepLosses> iterate(CompiledPhase compiled, long iteration) {
    try {
      return compiled.iterate(iteration);
    } catch (TensorFlowException e) {
      throw group.map(g -> g.failed(e)).orElse(e);
    }
  }

  /** Agrees on an end, and compares states where that is due. */
  void iterated(PhaseSession session, long done) {
    if (group.isPresent()) {
      if (group.get().stopAsked()) {
        stop.request();
      }
      if (group.get().checksStateAfter(done)) {
        requireSameState(session, done);
      }
    }
  }

  /** Checks that all workers have the same variables. */
  void requireSameState(PhaseSession session, long done) {
    group.ifPresent(
        all ->
            all.requireSameState(
                "phase '%s' after iteration %d".formatted(phase, done),
                session.checkpoint().hash(session.session(), session.variables())));
  }

  /** Returns whether this process writes the run's checkpoints. */
  boolean writes() {
    return group.map(WorkerGroup::writes).orElse(true);
  }
}
