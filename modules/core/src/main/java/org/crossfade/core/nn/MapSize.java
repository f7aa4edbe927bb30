package org.crossfade.core.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * The height and width of maps, [N, H, W, C]. Training and inference know them when they build a
 * graph; an exported graph that takes images of any size learns them when it runs.
 */
public final class MapSize {
  private MapSize() {}

  /** Returns whether the graph knows height and width of {@code x}. */
  public static boolean isKnown(Operand<? extends TNumber> x) {
    return x.shape().get(1) != Shape.UNKNOWN_SIZE && x.shape().get(2) != Shape.UNKNOWN_SIZE;
  }

  /** Returns height and width of {@code x}, [2]: a constant where they are known. */
  public static Operand<TInt32> of(Ops tf, Operand<? extends TNumber> x) {
    return isKnown(x)
        ? tf.constant(new int[] {(int) x.shape().get(1), (int) x.shape().get(2)})
        : part(tf, tf.shape(x), 1, 3);
  }

  /**
   * Returns the first sizes of {@code x} followed by numbers: what {@code reshape} takes.
   *
   * @param kept how many sizes are kept
   * @param then the sizes behind them; one may be −1
   */
  public static Operand<TInt32> keeping(Ops tf, Operand<TFloat32> x, int kept, int... then) {
    return tf.concat(List.of(part(tf, tf.shape(x), 0, kept), tf.constant(then)), tf.constant(0));
  }

  private static Operand<TInt32> part(Ops tf, Operand<TInt32> shape, int begin, int end) {
    return tf.stridedSlice(
        shape,
        tf.constant(new int[] {begin}),
        tf.constant(new int[] {end}),
        tf.constant(new int[] {1}));
  }
}
