package org.crossfade.backbones;

import java.util.List;

/**
 * The decoder of DAFormer or DeepLabV3+, and how the network is regularised.
 *
 * @param channels of its branches and of the features: 256 in DAFormer, 512 in DeepLabV3+
 * @param dilations of its four atrous branches: 1, 6, 12, 18 in DAFormer, 1, 12, 24, 36 in
 *     DeepLabV3+
 * @param dropout rate of dropped channels before the classifiers, in 0..1, 1 excluded
 * @param dropPath rate of the trunk's last block, in 0..1, 1 excluded; 0 on a residual network
 */
public record DecoderOptions(
    int channels, List<Integer> dilations, double dropout, double dropPath) {

  /** Checks the ranges and copies the list. */
  public DecoderOptions {
    dilations = List.copyOf(dilations);
    if (channels < 1) {
      throw new IllegalArgumentException("channels must be at least 1, found " + channels);
    }
    if (dilations.isEmpty() || dilations.stream().anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException(
          "dilations must be positive numbers such as [1, 6, 12, 18], found " + dilations);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must lie in 0..1, below 1, found " + dropout);
    }
    if (!(dropPath >= 0 && dropPath < 1)) {
      throw new IllegalArgumentException("drop-path must lie in 0..1, below 1, found " + dropPath);
    }
  }

  /** Returns the decoder of DAFormer, HRDA and PiXL. */
  public static DecoderOptions daformer() {
    return new DecoderOptions(256, List.of(1, 6, 12, 18), 0.1, 0.1);
  }

  /** Returns the decoder of DeepLabV3+ in mmsegmentation's configuration. */
  public static DecoderOptions deepLabV3Plus() {
    return new DecoderOptions(512, List.of(1, 12, 24, 36), 0.1, 0);
  }
}
