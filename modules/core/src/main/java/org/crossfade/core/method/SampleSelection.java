package org.crossfade.core.method;

import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Selection of a stream's samples while a phase trains. An epoch draws every sample that is left
 * once, in whole batches; after it each of them is scored by the variables as they stand, and those
 * that the rule keeps make up the next epoch. The phase ends when they no longer fill a batch, or
 * after its iterations.
 *
 * @param stream whose samples are selected; shuffled
 * @param companions other streams that the score reads; their batches are drawn at random, as often
 *     as the stream's
 * @param rule which scores stay
 * @param dropRemainder whether samples that do not fill a batch are lost without a score, as by a
 *     loader that drops its last batch
 * @param score builds the scores of a batch of the stream, [N], each of one sample alone
 */
public record SampleSelection(
    String stream,
    List<String> companions,
    ScoreRule rule,
    boolean dropRemainder,
    Function<StepContext, Operand<TFloat32>> score) {
  /** Copies the list. */
  public SampleSelection {
    companions = List.copyOf(companions);
  }

  /**
   * Returns how many samples are scored after an epoch, the first ones of their order.
   *
   * @param left how many are left
   * @param batch N, of the stream
   */
  public int scored(int left, int batch) {
    return dropRemainder ? left / batch * batch : left;
  }
}
