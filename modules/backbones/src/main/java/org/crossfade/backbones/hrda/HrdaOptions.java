package org.crossfade.backbones.hrda;

import org.crossfade.backbones.encoderdecoder.EncoderDecoder;
import org.crossfade.backbones.encoderdecoder.EncoderDecoderOptions;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.nn.SlidingWindow;
import org.crossfade.core.options.OptionKind;

/**
 * HRDA: a network that sees each image at half its size and a window of it at full size. PiXL's
 * network too.
 *
 * @param inner the network that both resolutions share
 * @param window of full resolution, in pixels; its strides count where it slides over the whole
 *     image. 512 by 512 with strides of 256 in the papers
 * @param attentionChannels of the embeddings that the attention to scales reads, 256 in the papers
 * @param classwiseAttention whether each class has an attention of its own; one map for all
 *     otherwise
 */
public record HrdaOptions(
    EncoderDecoderOptions inner,
    SlidingWindow window,
    int attentionChannels,
    boolean classwiseAttention)
    implements NetworkOptions {

  /** Checks the range. */
  public HrdaOptions {
    if (attentionChannels < 1) {
      throw new IllegalArgumentException(
          "attention-channels must be at least 1, found " + attentionChannels);
    }
  }

  @Override
  public boolean twoResolutions() {
    return true;
  }

  @Override
  public SegmentationNetwork create(int classes) {
    EncoderDecoder network = inner.create(classes, Hrda.SHARED_HEAD);
    var attention =
        new ScaleAttention(
            network.levelChannels(),
            attentionChannels,
            classwiseAttention ? classes : 1,
            network.dropout(),
            BatchNorm.Mode.TRAINED);
    return new Hrda(network, attention, window);
  }

  /** Makes these options readable. */
  public static final class Kind implements OptionKind {
    /** For {@link java.util.ServiceLoader}. */
    public Kind() {}

    @Override
    public String name() {
      return "hrda";
    }

    @Override
    public Class<? extends Record> options() {
      return HrdaOptions.class;
    }
  }
}
