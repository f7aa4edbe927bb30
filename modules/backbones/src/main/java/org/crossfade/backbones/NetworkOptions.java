package org.crossfade.backbones;

import java.util.List;

/**
 * Which segmentation network is built, and how large.
 *
 * @param architecture the construction
 * @param layers residual blocks in each of the four stages; 3, 4, 23, 3 is ResNet-101. VGG-16 has a
 *     fixed depth and does not read it
 * @param width channels of the stem, at least 1; all other layers scale with it. Train with 4 or
 *     more: oneDNN was seen to corrupt memory in convolutions of two channels. 64 is the published
 *     network, a smaller one is the same construction with fewer channels
 * @param asppBranches how many of the classifier's four dilated convolutions are summed, 2 or 4. 4
 *     is DeepLabV2; 2 is what AdaptSegNet's code does, whose loop returns after the second
 * @param auxiliaryHead whether a second classifier reads the third stage; the Caffe form only
 */
public record NetworkOptions(
    Architecture architecture,
    List<Integer> layers,
    int width,
    int asppBranches,
    boolean auxiliaryHead) {

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
  }
}
