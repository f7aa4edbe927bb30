package org.crossfade.core.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Slice;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * The part of an image that a network of two resolutions sees at full size, for labels and weights
 * that go with it.
 *
 * @param box y1, y2, x1, x2 in pixels, ends excluded, [4]; known at run time
 * @param height y2 − y1
 * @param width x2 − x1
 */
public record DetailWindow(Operand<TInt32> box, int height, int width) {

  /**
   * Returns what lies in the window.
   *
   * @param maps [N, H, W]
   * @return [N, height, width]
   */
  public <T extends TType> Operand<T> cut(Ops tf, Operand<T> maps) {
    Operand<TInt32> one = tf.constant(new int[] {1});
    Operand<TInt32> begin =
        tf.concat(
            List.of(
                tf.constant(new int[] {0}),
                tf.slice(box, tf.constant(new int[] {0}), one),
                tf.slice(box, tf.constant(new int[] {2}), one)),
            tf.constant(0));
    Slice<T> cut = tf.slice(maps, begin, tf.constant(new int[] {-1, height, width}));
    return tf.reshape(cut, tf.constant(new long[] {maps.shape().get(0), height, width}));
  }
}
