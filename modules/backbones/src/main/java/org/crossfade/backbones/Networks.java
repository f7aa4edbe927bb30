package org.crossfade.backbones;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.nn.SegmentationNetwork;

/** Builds segmentation networks from options. */
public final class Networks {
  private Networks() {}

  /**
   * Returns the network that {@code options} describe.
   *
   * @param classes K, at least 1
   */
  public static SegmentationNetwork create(NetworkOptions options, int classes) {
    return options.create(classes);
  }
}
