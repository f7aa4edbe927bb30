package org.crossfade.backbones;

import java.util.List;
import java.util.Optional;

/**
 * Which segmentation network is built, and how large.
 *
 * @param architecture the construction
 * @param layers blocks in each of the four stages; 3, 4, 23, 3 is ResNet-101, 3, 6, 40, 3 MiT-B5.
 *     VGG-16 has a fixed depth and does not read it
 * @param width channels of the stem, at least 1; all other layers of the trunk scale with it. Train
 *     with 4 or more: oneDNN was seen to corrupt memory in convolutions of two channels. 64 is the
 *     published network (32 is MiT-B0), a smaller one is the same construction with fewer channels
 * @param asppBranches how many of DeepLabV2's four dilated convolutions are summed, 2 or 4. 4 is
 *     DeepLabV2; 2 is what AdaptSegNet's code does, whose loop returns after the second. Other
 *     decoders have all their branches: 4
 * @param auxiliaryHead whether a second classifier reads the third stage; the Caffe form only
 * @param decoder of DAFormer and DeepLabV3+, which need it; DeepLabV2 has none
 * @param multiResolution makes the network HRDA; DAFormer and DeepLabV3+ only
 */
public record NetworkOptions(
    Architecture architecture,
    List<Integer> layers,
    int width,
    int asppBranches,
    boolean auxiliaryHead,
    Optional<DecoderOptions> decoder,
    Optional<MultiResolutionOptions> multiResolution) {

  /** Checks the ranges and copies the list. */
  public NetworkOptions {
    layers = List.copyOf(layers);
    if (architecture != Architecture.DEEPLAB_V2_VGG16
        && (layers.size() != 4 || layers.stream().anyMatch(n -> n < 1))) {
      throw new IllegalArgumentException(
          "layers must be four positive numbers of blocks such as [3, 4, 23, 3], found " + layers);
    }
    if (width < 1) {
      throw new IllegalArgumentException("width must be at least 1, found " + width);
    }
    if (asppBranches != 2 && asppBranches != 4) {
      throw new IllegalArgumentException("aspp-branches must be 2 or 4, found " + asppBranches);
    }
    if (auxiliaryHead && architecture != Architecture.DEEPLAB_V2_RESNET_CAFFE) {
      throw new IllegalArgumentException(
          "auxiliary-head must be false: only deeplab-v2-resnet-caffe has a second classifier");
    }
    if (architecture.hasDecoder()) {
      checkDecoder(architecture, asppBranches, decoder);
    } else if (decoder.isPresent() || multiResolution.isPresent()) {
      throw new IllegalArgumentException(
          "decoder and multi-resolution must be left out: only daformer-mit and"
              + " deeplab-v3-plus-resnet have them");
    }
  }

  /** Options of DeepLabV2, which has neither a decoder nor a second resolution. */
  public NetworkOptions(
      Architecture architecture,
      List<Integer> layers,
      int width,
      int asppBranches,
      boolean auxiliaryHead) {
    this(
        architecture,
        layers,
        width,
        asppBranches,
        auxiliaryHead,
        Optional.empty(),
        Optional.empty());
  }

  private static void checkDecoder(
      Architecture architecture, int asppBranches, Optional<DecoderOptions> decoder) {
    if (decoder.isEmpty()) {
      throw new IllegalArgumentException(
          "decoder is missing: channels, dilations, dropout and drop-path of the decoder");
    }
    if (asppBranches != 4) {
      throw new IllegalArgumentException(
          "aspp-branches must be 4: only DeepLabV2 can leave branches out, found " + asppBranches);
    }
    if (architecture == Architecture.DEEPLAB_V3_PLUS_RESNET && decoder.get().dropPath() != 0) {
      throw new IllegalArgumentException(
          "decoder.drop-path must be 0: the residual network has none, found "
              + decoder.get().dropPath());
    }
  }
}
