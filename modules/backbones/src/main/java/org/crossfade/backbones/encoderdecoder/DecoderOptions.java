package org.crossfade.backbones.encoderdecoder;

import java.util.List;

/**
 * A decoder with atrous branches, DAFormer's or DeepLabV3+'s.
 *
 * @param channels of its branches and of the features: 256 in DAFormer, 512 in DeepLabV3+
 * @param dilations of its four atrous branches: 1, 6, 12, 18 in DAFormer, 1, 12, 24, 36 in
 *     DeepLabV3+
 * @param dropout rate of dropped channels before the classifiers, in 0..1, 1 excluded
 */
public record DecoderOptions(int channels, List<Integer> dilations, double dropout) {

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
  }
}
