package org.crossfade.report;

import org.crossfade.training.evaluation.PairedGain;

/**
 * What one idea of a method adds: its run minus its control's.
 *
 * @param idea name
 * @param meaning what the control does instead, as a part of a sentence
 * @param run with the ideas up to this one
 * @param control the same without this one
 * @param gain of the run over the control
 */
public record OwnGain(
    String idea, String meaning, MethodScores run, MethodScores control, PairedGain gain) {
  /** {@return one sentence: the gain, the control and the rule's verdict} */
  public String sentence() {
    return "%s: %s adds %s points of mIoU over its control %s (%s): %s."
        .formatted(run.label(), idea, gain.points(), control.label(), meaning, gain.verdict());
  }
}
