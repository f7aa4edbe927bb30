package org.crossfade.backbones.deeplabv3plus;

import java.util.List;
import org.crossfade.backbones.encoderdecoder.DecoderOptions;
import org.crossfade.backbones.encoderdecoder.EncoderDecoder;
import org.crossfade.backbones.encoderdecoder.EncoderDecoderOptions;
import org.crossfade.backbones.resnet.ResNet;
import org.crossfade.backbones.resnet.ResNetFamily;
import org.crossfade.backbones.trunk.Pyramid;
import org.crossfade.backbones.trunk.Trunk;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.options.OptionKind;

/**
 * DeepLabV3+ on a dilated residual network with a deep stem, in mmsegmentation's form: PiXL. RGB
 * images in 0..1, normalised; batch norm is trained.
 *
 * @param layers blocks in each of the four stages; 3, 4, 23, 3 is ResNet-101
 * @param width channels of the stem, at least 1; all other layers of the trunk scale with it. 64 is
 *     the published network, a smaller one is the same construction with fewer channels. Train with
 *     4 or more: oneDNN was seen to corrupt memory in convolutions of two channels
 * @param decoder channels, dilations and dropout
 */
public record DeepLabV3PlusOptions(List<Integer> layers, int width, DecoderOptions decoder)
    implements EncoderDecoderOptions {
  /** Checks the ranges and copies the list. */
  public DeepLabV3PlusOptions {
    layers = Pyramid.requireStages(layers);
    Trunk.requireWidth(width);
  }

  @Override
  public EncoderDecoder create(int classes, String head) {
    var trunk = ResNet.of(ResNetFamily.DEEP_STEM, layers, width);
    var deepLab =
        new DeepLabV3PlusDecoder(
            trunk.levelChannels(), decoder.channels(), decoder.dilations(), BatchNorm.Mode.TRAINED);
    return new EncoderDecoder(trunk, deepLab, head, classes, decoder.dropout());
  }

  /** Makes these options readable. */
  public static final class Kind implements OptionKind {
    /** For {@link java.util.ServiceLoader}. */
    public Kind() {}

    @Override
    public String name() {
      return "deeplab-v3-plus-resnet";
    }

    @Override
    public Class<? extends Record> options() {
      return DeepLabV3PlusOptions.class;
    }
  }
}
