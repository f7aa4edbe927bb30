package org.crossfade.training.session;

import java.util.List;

/**
 * What one run of one step left.
 *
 * @param losses unweighted loss terms and metrics from before the updates, in the step's order
 * @param images how many were drawn, of all the step's streams
 * @param sessionNanos of the run of TensorFlow's session, without the draw
 */
public record StepLosses(List<Loss> losses, int images, long sessionNanos) {
  /** A loss term or a metric. */
  public record Loss(String term, float value) {}

  /** Copies the list. */
  public StepLosses {
    losses = List.copyOf(losses);
  }
}
