package org.crossfade.core.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.op.image.ResizeNearestNeighbor;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/** Resizing inside graphs, with PyTorch's {@code interpolate} as the measure. */
public final class Resize {
  private Resize() {}

  /**
   * Returns {@code x} bilinearly resized with aligned corners: output cell i reads the input at
   * i·(in − 1)/(out − 1), 0 where out = 1. The form that all five papers' codes use.
   *
   * @param x [N, h, w, C]
   * @return [N, height, width, C]
   */
  public static Operand<TFloat32> bilinear(Ops tf, Operand<TFloat32> x, int height, int width) {
    if (x.shape().get(1) == height && x.shape().get(2) == width) {
      return x;
    }
    return tf.image.resizeBilinear(
        x, tf.constant(new int[] {height, width}), ResizeBilinear.alignCorners(true));
  }

  /**
   * Returns {@code x} bilinearly resized with aligned corners to a size that only the run knows.
   *
   * @param x [N, h, w, C]
   * @param size height and width, [2]
   * @return [N, height, width, C]
   */
  public static Operand<TFloat32> bilinear(Ops tf, Operand<TFloat32> x, Operand<TInt32> size) {
    return tf.image.resizeBilinear(x, size, ResizeBilinear.alignCorners(true));
  }

  /**
   * Returns {@code x} bilinearly resized with half-pixel centres: output cell i reads the input at
   * max((i + ½)·in/out − ½, 0). No antialiasing.
   *
   * @param x [N, h, w, C]
   * @return [N, height, width, C]
   */
  public static Operand<TFloat32> bilinearHalfPixel(
      Ops tf, Operand<TFloat32> x, int height, int width) {
    return tf.image.resizeBilinear(
        x, tf.constant(new int[] {height, width}), ResizeBilinear.halfPixelCenters(true));
  }

  /**
   * Returns labels resized by PyTorch's nearest rule, input index ⌊i·in/out⌋. Files are resized by
   * Pillow's rule instead, when they are read.
   *
   * @param labels [N, H, W]
   * @return [N, height, width]
   */
  public static Operand<TInt32> nearestLabels(
      Ops tf, Operand<TInt32> labels, int height, int width) {
    return nearest(tf, labels, height, width);
  }

  /**
   * Returns maps resized as {@link #nearestLabels} resizes labels.
   *
   * @param maps [N, H, W]
   * @return [N, height, width]
   */
  public static <T extends TNumber> Operand<T> nearest(
      Ops tf, Operand<T> maps, int height, int width) {
    Operand<T> resized =
        tf.image.resizeNearestNeighbor(
            tf.expandDims(maps, tf.constant(3)),
            tf.constant(new int[] {height, width}),
            ResizeNearestNeighbor.alignCorners(false),
            ResizeNearestNeighbor.halfPixelCenters(false));
    return tf.squeeze(resized, Squeeze.axis(List.of(3L)));
  }
}
