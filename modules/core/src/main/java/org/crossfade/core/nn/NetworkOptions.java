package org.crossfade.core.nn;

/**
 * Which segmentation network is built, and how large. Each family of networks brings records of its
 * own, told apart by {@code kind} ({@link org.crossfade.core.options.OptionKind}), so that a jar
 * from outside can bring another.
 */
public interface NetworkOptions {
  /**
   * Returns the network.
   *
   * @param classes K, at least 1
   */
  SegmentationNetwork create(int classes);

  /** Returns whether a second classifier answers {@link Prediction#auxiliaryLogits()}. */
  default boolean auxiliaryHead() {
    return false;
  }

  /**
   * Returns whether the network sees each image at two resolutions and answers {@link
   * Prediction#multiResolution()}.
   */
  default boolean twoResolutions() {
    return false;
  }
}
