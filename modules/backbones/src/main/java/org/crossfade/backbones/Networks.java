package org.crossfade.backbones;

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
    };
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
