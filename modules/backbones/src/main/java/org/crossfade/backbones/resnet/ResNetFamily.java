package org.crossfade.backbones.resnet;

import org.crossfade.core.graph.Initializer;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.MaxPool;
import org.crossfade.core.nn.Normalisation;

/**
 * The dilated residual networks of the papers. The first two go by the name of DeepLabV2
 * ResNet-101: all shapes and names of their variables agree; the geometry does not, so that the
 * weights of one give wrong results in the other.
 */
public enum ResNetFamily {
  /** torchvision's construction, as FADA and SPCL use it. */
  TORCHVISION(
      false,
      MaxPool.Rounding.FLOOR,
      2,
      BatchNorm.Mode.FROZEN_WITHOUT_EPSILON,
      Normalisation.TORCHVISION),
  /** Caffe's construction, as AdaptSegNet, ADVENT, FDA and PixDA use it. */
  CAFFE(true, MaxPool.Rounding.CEIL, 1, BatchNorm.Mode.BATCH_STATISTICS, Normalisation.BGR_MEAN),
  /**
   * mmsegmentation's ResNet-V1c, as HRDA's DeepLabV3+ uses it: torchvision's construction behind a
   * stem of three 3x3 convolutions, with trained batch norm.
   */
  DEEP_STEM(false, MaxPool.Rounding.FLOOR, 2, BatchNorm.Mode.TRAINED, Normalisation.TORCHVISION);

  private final boolean strideInFirstConvolution;
  private final MaxPool.Rounding poolRounding;
  private final int firstBlockDilationDivisor;
  private final BatchNorm.Mode batchNorm;
  private final Normalisation normalisation;

  ResNetFamily(
      boolean strideInFirstConvolution,
      MaxPool.Rounding poolRounding,
      int firstBlockDilationDivisor,
      BatchNorm.Mode batchNorm,
      Normalisation normalisation) {
    this.strideInFirstConvolution = strideInFirstConvolution;
    this.poolRounding = poolRounding;
    this.firstBlockDilationDivisor = firstBlockDilationDivisor;
    this.batchNorm = batchNorm;
    this.normalisation = normalisation;
  }

  /** Returns the stride of a block's first 1x1 convolution, of a block of stride {@code stride}. */
  int firstStride(int stride) {
    return strideInFirstConvolution ? stride : 1;
  }

  /** Returns the stride of a block's 3x3 convolution, of a block of stride {@code stride}. */
  int secondStride(int stride) {
    return strideInFirstConvolution ? 1 : stride;
  }

  /** Returns how the pooling behind the stem rounds. */
  MaxPool.Rounding poolRounding() {
    return poolRounding;
  }

  /**
   * Returns the dilation of a stage's first block: in torchvision's construction it is still that
   * of the stage before.
   *
   * @param dilation of the stage's other blocks: 1, 2 or 4
   */
  int firstBlockDilation(int dilation) {
    return Math.max(1, dilation / firstBlockDilationDivisor);
  }

  /** Returns whether the stem has three convolutions instead of one. */
  boolean hasDeepStem() {
    return this == DEEP_STEM;
  }

  /** Returns how the trunk's kernels start where nothing is loaded. */
  Initializer kernelInitializer(int kernel, int outputs) {
    return this == CAFFE
        ? new Initializer.Normal(0.01)
        : Initializer.kaimingNormal(kernel, outputs);
  }

  /** Returns the batch normalisation that the official codes train with. */
  public BatchNorm.Mode batchNorm() {
    return batchNorm;
  }

  /** Returns how images are normalised. */
  public Normalisation normalisation() {
    return normalisation;
  }
}
