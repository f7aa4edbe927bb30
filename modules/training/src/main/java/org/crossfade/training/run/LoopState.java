package org.crossfade.training.run;

import java.util.Map;
import java.util.Optional;

/**
 * Where the loop stands, beside the variables.
 *
 * @param phase name of the phase
 * @param iteration how many iterations of it are done
 * @param finished whether the phase is over
 * @param seed of the run
 * @param streams position of every stream, in samples; of a selected one, in its epoch
 * @param seconds spent in the phase so far, by all processes that ran it
 * @param bestScore mIoU of the best evaluation so far, −1 before the first
 * @param bestIteration when that was, −1 before the first
 * @param evaluatedAt iteration of the latest evaluation, −1 before the first
 * @param lossSums sum of each loss term since the last record of metrics
 * @param summedSince iteration of that record, 0 before the first
 * @param selection of a stream's samples, where the phase selects
 * @param optionsHash of the options that decide what is computed
 * @param artefacts hash of every artefact that earlier passes left
 */
public record LoopState(
    String phase,
    long iteration,
    boolean finished,
    long seed,
    Map<String, Long> streams,
    double seconds,
    double bestScore,
    long bestIteration,
    long evaluatedAt,
    Map<String, Double> lossSums,
    long summedSince,
    Optional<SelectionState> selection,
    String optionsHash,
    Map<String, String> artefacts) {}
