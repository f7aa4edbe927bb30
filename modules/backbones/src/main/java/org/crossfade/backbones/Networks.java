package org.crossfade.backbones;

import org.crossfade.core.nn.BatchNorm;
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
    return switch (options.architecture()) {
      case DEEPLAB_V2_RESNET_TORCHVISION -> resNet(ResNetFamily.TORCHVISION, options, classes);
      case DEEPLAB_V2_RESNET_CAFFE -> resNet(ResNetFamily.CAFFE, options, classes);
      case DEEPLAB_V2_VGG16 -> DeepLabV2.onVgg16(options.width(), classes, options.asppBranches());
      case DAFORMER_MIT -> mit(options, classes);
      case DEEPLAB_V3_PLUS_RESNET -> deepLabV3Plus(options, classes);
    };
  }

  private static SegmentationNetwork mit(NetworkOptions options, int classes) {
    DecoderOptions decoder = options.decoder().orElseThrow();
    var trunk = new MixTransformer(options.layers(), options.width(), decoder.dropPath());
    return encoderDecoder(
        options,
        trunk,
        new DaformerDecoder(
            trunk.levelChannels(), decoder.channels(), decoder.dilations(), BatchNorm.Mode.TRAINED),
        classes);
  }

  private static SegmentationNetwork deepLabV3Plus(NetworkOptions options, int classes) {
    DecoderOptions decoder = options.decoder().orElseThrow();
    ResNetFamily family = ResNetFamily.DEEP_STEM;
    var trunk = new ResNet(family, options.layers(), options.width(), family.batchNorm());
    return encoderDecoder(
        options,
        trunk,
        new DeepLabV3PlusDecoder(
            trunk.levelChannels(), decoder.channels(), decoder.dilations(), BatchNorm.Mode.TRAINED),
        classes);
  }

  private static SegmentationNetwork encoderDecoder(
      NetworkOptions options, Pyramid trunk, Decoder decoder, int classes) {
    double dropout = options.decoder().orElseThrow().dropout();
    if (options.multiResolution().isEmpty()) {
      return new EncoderDecoder(trunk, decoder, EncoderDecoder.HEAD, classes, dropout);
    }
    MultiResolutionOptions scales = options.multiResolution().get();
    return new Hrda(
        new EncoderDecoder(trunk, decoder, Hrda.SHARED_HEAD, classes, dropout),
        new ScaleAttention(
            trunk.levelChannels(),
            scales.attentionChannels(),
            scales.classwiseAttention() ? classes : 1,
            dropout,
            BatchNorm.Mode.TRAINED),
        scales.window());
  }

  private static SegmentationNetwork resNet(
      ResNetFamily family, NetworkOptions options, int classes) {
    return DeepLabV2.onResNet(
        family,
        options.layers(),
        options.width(),
        classes,
        options.asppBranches(),
        options.auxiliaryHead());
  }
}
