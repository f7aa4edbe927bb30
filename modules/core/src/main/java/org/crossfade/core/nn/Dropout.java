package org.crossfade.core.nn;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import org.crossfade.core.graph.Forward;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** PyTorch's dropout: in training some values become 0 and the others grow by 1/(1 − rate). */
@FunctionalInterface
public interface Dropout {
  /**
   * Returns what is left of {@code x}; {@code x} itself in inference.
   *
   * @param layer makes the draws of one pass independent of each other
   * @param x [N, h, w, C]
   */
  Operand<TFloat32> apply(Forward forward, String layer, Operand<TFloat32> x);

  /**
   * Returns dropout of whole channels of an image: PyTorch's {@code Dropout2d}.
   *
   * @param rate probability of becoming 0, in 0..1, 1 excluded
   */
  static Dropout channels(double rate) {
    return drawn(rate, /* wholeChannels= */ true);
  }

  /**
   * Returns dropout of single elements.
   *
   * @param rate probability of becoming 0, in 0..1, 1 excluded
   */
  static Dropout elements(double rate) {
    return drawn(rate, /* wholeChannels= */ false);
  }

  private static Dropout drawn(double rate, boolean wholeChannels) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("the rate of dropout must lie in 0..1, found " + rate);
    }
    return (forward, layer, x) -> {
      if (!forward.isTraining() || rate == 0) {
        return x;
      }
      Ops tf = forward.tf();
      long[] shape = x.shape().asArray();
      if (wholeChannels) {
        shape[1] = 1;
        shape[2] = 1;
      }
      long salt = Hashing.sha256().hashString("dropout." + layer, StandardCharsets.UTF_8).asLong();
      Operand<TInt64> seed = tf.math.add(forward.seed(), tf.constant(new long[] {salt, 0}));
      Operand<TBool> kept =
          tf.math.greaterEqual(Draws.uniform(forward, shape, seed), tf.constant((float) rate));
      return tf.math.mul(
          x,
          tf.math.mul(tf.dtypes.cast(kept, TFloat32.class), tf.constant((float) (1 / (1 - rate)))));
    };
  }
}
