package org.crossfade.backbones;

import org.crossfade.core.nn.SlidingWindow;

/**
 * HRDA's second resolution.
 *
 * @param window of full resolution, in pixels; its strides count where it slides over the whole
 *     image. 512 by 512 with strides of 256 in the papers
 * @param attentionChannels of the embeddings that the attention to scales reads, 256 in the papers
 * @param classwiseAttention whether each class has an attention of its own; one map for all
 *     otherwise
 */
public record MultiResolutionOptions(
    SlidingWindow window, int attentionChannels, boolean classwiseAttention) {

  /** Checks the range. */
  public MultiResolutionOptions {
    if (attentionChannels < 1) {
      throw new IllegalArgumentException(
          "attention-channels must be at least 1, found " + attentionChannels);
    }
  }
}
