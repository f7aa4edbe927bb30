package org.crossfade.core.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** How a network's official code resizes maps, bilinearly and without antialiasing. */
public enum Interpolation {
  /** Corners on corners: FADA, SPCL, PixDA, MetaPix, AdaptSegNet. */
  ALIGNED_CORNERS,
  /** Cells on cells: DAFormer, HRDA, PiXL. */
  HALF_PIXEL_CENTRES;

  /**
   * Returns {@code x} in another size.
   *
   * @param x [N, h, w, C]
   * @param size height and width, [2]
   * @return [N, height, width, C]
   */
  public Operand<TFloat32> resize(Ops tf, Operand<TFloat32> x, Operand<TInt32> size) {
    return this == ALIGNED_CORNERS
        ? Resize.bilinear(tf, x, size)
        : tf.image.resizeBilinear(x, size, ResizeBilinear.halfPixelCenters(true));
  }

  /**
   * Returns {@code x} in the size of another map; itself if it is known to have that size.
   *
   * @param x [N, h, w, C]
   * @param like [N, H, W, C']
   * @return [N, H, W, C]
   */
  public Operand<TFloat32> resizeLike(Ops tf, Operand<TFloat32> x, Operand<TFloat32> like) {
    return MapSize.isKnown(x) && MapSize.isKnown(like)
        ? resize(tf, x, (int) like.shape().get(1), (int) like.shape().get(2))
        : resize(tf, x, MapSize.of(tf, like));
  }

  /**
   * Returns {@code x} in another size; itself if it has that size.
   *
   * @param x [N, h, w, C], of known height and width
   * @return [N, height, width, C]
   */
  public Operand<TFloat32> resize(Ops tf, Operand<TFloat32> x, int height, int width) {
    if (x.shape().get(1) == height && x.shape().get(2) == width) {
      return x;
    }
    return this == ALIGNED_CORNERS
        ? Resize.bilinear(tf, x, height, width)
        : Resize.bilinearHalfPixel(tf, x, height, width);
  }
}
