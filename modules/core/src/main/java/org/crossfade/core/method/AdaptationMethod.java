package org.crossfade.core.method;

import java.util.List;
import org.crossfade.core.nn.SegmentationNetwork;

/** A method of adaptation: its phases. */
public interface AdaptationMethod {
  /** Returns the phases, in order; at least one of them trains. */
  List<Phase> phases();

  /**
   * Returns the last phase that trains.
   *
   * @throws IllegalStateException if no phase does
   */
  default TrainingPhase lastTraining() {
    List<Phase> phases = phases();
    return phases.stream()
        .filter(TrainingPhase.class::isInstance)
        .map(TrainingPhase.class::cast)
        .reduce((first, second) -> second)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "a method needs a phase that trains, found "
                        + phases.stream().map(Phase::name).toList()));
  }

  /**
   * Returns the network that is evaluated, exported and used for prediction: that of the last phase
   * that trains.
   */
  default SegmentationNetwork segmenter() {
    return lastTraining().segmenter();
  }

  /** Returns how the final network is asked: as the last phase that trains evaluates it. */
  default Inference inference() {
    return lastTraining().inference();
  }

  /**
   * Returns whether the method learns from few labelled target images, so that a run must say
   * which: with all of them labelled it would be another method.
   */
  default boolean needsLabelChoice() {
    return false;
  }

  /**
   * Makes a method; found through {@link java.util.ServiceLoader}. {@link MethodFactory} has
   * everything but the values.
   */
  interface Factory {
    /** Returns the name: of the section of options, and on the command line. */
    String name();

    /** Returns one line on what the method is, with its paper. */
    String summary();

    /**
     * Returns what the method's own ideas are, so that its score can be compared with the same
     * training without them.
     */
    Contribution contribution();

    /**
     * Returns whether several workers may train the method together: it is shown that they compute
     * what one process does. Others are refused, for what is computed apart by mistake looks like
     * any other result.
     */
    default boolean sharedByWorkers() {
      return false;
    }

    /** Returns the method for the given options. */
    AdaptationMethod create(MethodContext context);
  }
}
