package org.crossfade.core.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** How 8-bit RGB images become what a pretrained network expects. */
public enum Normalisation {
  /** RGB in 0..1, minus mean, divided by standard deviation: FADA's and SPCL's ResNet-101. */
  TORCHVISION(
      false, 1 / 255.0, new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f}),
  /** BGR in 0..255 minus mean: PixDA, AdaptSegNet, ADVENT, FDA, MetaPix. */
  BGR_MEAN(
      true, 1, new float[] {104.00698793f, 116.66876762f, 122.67891434f}, new float[] {1, 1, 1}),
  /** BGR in 0..255 minus mean: FADA's and SPCL's VGG-16, trained by Caffe. */
  VGG_BGR255(true, 1, new float[] {103.939f, 116.779f, 123.68f}, new float[] {1, 1, 1});

  private final boolean bgr;
  private final double factor;
  private final float[] mean;
  private final float[] deviation;

  Normalisation(boolean bgr, double factor, float[] mean, float[] deviation) {
    this.bgr = bgr;
    this.factor = factor;
    this.mean = mean;
    this.deviation = deviation;
  }

  /**
   * Returns normalised images.
   *
   * @param images RGB, [N, H, W, 3], 0..255
   * @return [N, H, W, 3] in the network's channel order
   */
  public Operand<TFloat32> apply(Ops tf, Operand<TUint8> images) {
    return ofFloat(tf, tf.dtypes.cast(images, TFloat32.class));
  }

  /**
   * Returns normalised images.
   *
   * @param images RGB, [N, H, W, 3], 0..255, not necessarily integers
   * @return [N, H, W, 3] in the network's channel order
   */
  public Operand<TFloat32> ofFloat(Ops tf, Operand<TFloat32> images) {
    Operand<TFloat32> ordered = bgr ? tf.reverse(images, tf.constant(new int[] {3})) : images;
    Operand<TFloat32> scaled =
        factor == 1 ? ordered : tf.math.div(ordered, tf.constant((float) (1 / factor)));
    Operand<TFloat32> centred = tf.math.sub(scaled, tf.constant(mean));
    return factor == 1 ? centred : tf.math.div(centred, tf.constant(deviation));
  }
}
