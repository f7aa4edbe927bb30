package org.crossfade.core.nn;

import com.google.common.primitives.Doubles;
import com.google.common.primitives.Floats;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** How 8-bit RGB images become what a pretrained network expects. */
public enum Normalisation {
  /** RGB in 0..1, minus mean, divided by standard deviation: FADA's and SPCL's ResNet-101. */
  TORCHVISION(
      false, 1 / 255.0, new double[] {0.485, 0.456, 0.406}, new double[] {0.229, 0.224, 0.225}),
  /** BGR in 0..255 minus mean: PixDA, AdaptSegNet, ADVENT, FDA, MetaPix. */
  BGR_MEAN(
      true, 1, new double[] {104.00698793, 116.66876762, 122.67891434}, new double[] {1, 1, 1}),
  /** BGR in 0..255 minus mean: FADA's and SPCL's VGG-16, trained by Caffe. */
  VGG_BGR255(true, 1, new double[] {103.939, 116.779, 123.68}, new double[] {1, 1, 1});

  private final boolean bgr;
  private final double factor;
  private final double[] mean;
  private final double[] deviation;

  Normalisation(boolean bgr, double factor, double[] mean, double[] deviation) {
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
    Operand<TFloat32> centred =
        tf.math.sub(scaled, tf.constant(Floats.toArray(Doubles.asList(mean))));
    return factor == 1
        ? centred
        : tf.math.div(centred, tf.constant(Floats.toArray(Doubles.asList(deviation))));
  }

  /**
   * Returns images before normalisation.
   *
   * @param normalised [N, H, W, 3] in the network's channel order
   * @return RGB, [N, H, W, 3], 0..255
   */
  public Operand<TFloat32> undo(Ops tf, Operand<TFloat32> normalised) {
    Operand<TFloat32> scaled =
        factor == 1
            ? normalised
            : tf.math.mul(normalised, tf.constant(Floats.toArray(Doubles.asList(deviation))));
    Operand<TFloat32> shifted =
        tf.math.add(scaled, tf.constant(Floats.toArray(Doubles.asList(mean))));
    Operand<TFloat32> bytes =
        factor == 1 ? shifted : tf.math.mul(shifted, tf.constant((float) (1 / factor)));
    return bgr ? tf.reverse(bytes, tf.constant(new int[] {3})) : bytes;
  }
}
