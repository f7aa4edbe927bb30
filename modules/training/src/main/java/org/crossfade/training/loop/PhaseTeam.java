package org.crossfade.training.loop;

import java.util.List;
import java.util.Optional;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.graph.Workers;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.training.session.CompiledPhase;
import org.crossfade.training.session.PhaseSession;
import org.crossfade.training.session.StepLosses;
import org.crossfade.training.workers.WorkerGroup;
import org.tensorflow.Graph;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;

/**
 * What the workers of a phase do together; of a process that is alone, nothing.
 *
 * @param group this process's, where it is not alone
 * @param phase its name
 * @param stop asks the loop of this worker to end; only when all are asked
 */
record PhaseTeam(Optional<WorkerGroup> group, String phase, StopSignal stop) {
  /**
   * Checks that several workers can train an experiment together: builds its phases and runs
   * nothing, so that the last phase is not the one that says it.
   *
   * @throws IllegalArgumentException if not; the message says why
   */
  static void requireShareable(Experiment experiment, Workers.Place place) {
    if (experiment.run().precision() != Precision.FLOAT32) {
      throw new IllegalArgumentException(
          "several workers train in run.precision = float32 alone, found "
              + experiment.run().precision());
    }
    for (Phase one : experiment.method().phases()) {
      if (one instanceof TrainingPhase training) {
        try (var graph = new Graph()) {
          Ops tf = Ops.create(graph);
          var variables = new VariableStore(tf, experiment.run().seed());
          var workers = Optional.of(new Workers(tf, place, 0));
          var unused =
              training.steps().apply(new StepContext(tf, variables, training.streams(), workers));
        }
      }
    }
  }

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
