package org.crossfade.backbones;

/** The networks that {@link Networks} builds. */
public enum Architecture {
  /**
   * DeepLabV2 on a dilated residual network in torchvision's form: FADA and SPCL. RGB images in
   * 0..1, normalised; frozen batch norm without ε.
   */
  DEEPLAB_V2_RESNET_TORCHVISION,
  /**
   * DeepLabV2 on a dilated residual network in Caffe's form: AdaptSegNet, ADVENT, FDA and PixDA.
   * BGR images in 0..255 minus their mean; batch statistics in training.
   */
  DEEPLAB_V2_RESNET_CAFFE,
  /** DeepLabV2 on VGG-16: FADA and SPCL. BGR images in 0..255 minus their mean. */
  DEEPLAB_V2_VGG16,
  /**
   * DAFormer's decoder on MiT: DAFormer, and HRDA and PiXL with a second resolution. RGB images in
   * 0..1, normalised.
   */
  DAFORMER_MIT,
  /**
   * DeepLabV3+ on a dilated residual network with a deep stem, in mmsegmentation's form: PiXL. RGB
   * images in 0..1, normalised; batch norm is trained.
   */
  DEEPLAB_V3_PLUS_RESNET;

  /** Returns whether the network has a decoder that reads all four stages. */
  boolean hasDecoder() {
    return this == DAFORMER_MIT || this == DEEPLAB_V3_PLUS_RESNET;
  }
}
