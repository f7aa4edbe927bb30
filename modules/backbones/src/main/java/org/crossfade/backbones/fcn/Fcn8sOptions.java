package org.crossfade.backbones.fcn;

/**
 * FCN-8s on VGG-16, and how large.
 *
 * @param width channels of the first convolution, at least 1; all other layers scale with it. 64 is
 *     the published network. Train with 4 or more: oneDNN was seen to corrupt memory in
 *     convolutions of two channels
 * @param separateBlocks how many of the five blocks, from the image on, source and target have each
 *     for themselves: S@k. 0 shares everything, 5 nothing at all, the classifier included; 1 is
 *     MetaPix
 * @param fc6Kernel height and width of the first fully connected layer as a convolution; 7 is the
 *     published network, which needs images of 193 pixels and more
 * @param fc6Padding zeros on every side of that layer's input; 0 is the published network, 3 keeps
 *     the size and lets small images in
 * @param dropout rate behind the two fully connected layers, in 0..1, 1 excluded
 */
public record Fcn8sOptions(
    int width, int separateBlocks, int fc6Kernel, int fc6Padding, double dropout) {
  /** Checks the ranges. */
  public Fcn8sOptions {
    if (width < 1) {
      throw new IllegalArgumentException("width must be at least 1, found " + width);
    }
    if (separateBlocks < 0 || separateBlocks > Fcn8s.BLOCKS) {
      throw new IllegalArgumentException(
          "separate-blocks must lie in 0..5, found " + separateBlocks);
    }
    if (fc6Kernel < 1 || fc6Padding < 0 || fc6Padding >= fc6Kernel) {
      throw new IllegalArgumentException(
          "fc6-kernel must be at least 1 and fc6-padding lie below it, found "
              + fc6Kernel
              + " and "
              + fc6Padding);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must lie in 0..1, found " + dropout);
    }
  }

  /** Returns the published network with k separate blocks. */
  public static Fcn8sOptions published(int separateBlocks) {
    return new Fcn8sOptions(64, separateBlocks, 7, 0, 0.5);
  }
}
