package org.crossfade.backbones.encoderdecoder;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.nn.SegmentationNetwork;

/** Options of a trunk of four stages with a decoder: what can also see two resolutions. */
public interface EncoderDecoderOptions extends NetworkOptions {
  /**
   * Returns the network.
   *
   * @param classes K, at least 1
   * @param head name of the decoder and its classifier
   */
  EncoderDecoder create(int classes, String head);

  @Override
  default SegmentationNetwork create(int classes) {
    return create(classes, EncoderDecoder.HEAD);
  }
}
