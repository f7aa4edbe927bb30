package org.crossfade.fada.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Max;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * How a domain label is spread over classes: the vectors a of FADA's section 3.3, which say how
 * much each class of the discriminator's half answers for a pixel. No gradient flows through them.
 *
 * <p>They come from predictions in both domains, p = softmax(z/T), never from the ground truth.
 *
 * @param kind which form
 * @param clip of soft labels: a = min(p, clip), element by element and not renormalised; 1 is off
 * @param confidence of hard labels: pixels whose largest probability is below it have the zero
 *     vector
 */
public record DomainEncoding(Kind kind, double clip, double confidence) {
  /** The forms that table 5 compares. */
  public enum Kind {
    /** Clipped probabilities, equation 8. */
    SOFT,
    /** The arg-max of confident pixels, equation 7. The official code lacks it. */
    HARD,
    /** One channel a domain and no classes: the «feature only» alignment that FADA improves on. */
    BINARY
  }

  /**
   * Checks the ranges.
   *
   * @param kind which form
   * @param clip of soft labels: a = min(p, clip), element by element and not renormalised; 1 is off
   * @param confidence of hard labels: pixels whose largest probability is below it have the zero
   *     vector
   */
  public DomainEncoding {
    if (!(clip > 0 && clip <= 1)) {
      throw new IllegalArgumentException("clip must lie in 0..1, 0 excluded, found " + clip);
    }
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("confidence must lie in 0..1, found " + confidence);
    }
  }

  /**
   * {@return the number of channels that one half of the discriminator's output has, K'}
   *
   * @param classes K
   */
  public int channels(int classes) {
    return kind == Kind.BINARY ? 1 : classes;
  }

  /**
   * Returns a.
   *
   * @param tf operations of the graph
   * @param logits z/T at the image's size, [N, H, W, K]
   * @return [N, H, W, K'], without gradient
   */
  public Operand<TFloat32> labels(Ops tf, Operand<TFloat32> logits) {
    long[] shape = logits.shape().asArray();
    if (kind == Kind.BINARY) {
      return tf.fill(tf.constant(new long[] {shape[0], shape[1], shape[2], 1}), tf.constant(1f));
    }
    Operand<TFloat32> probabilities = tf.nn.softmax(tf.stopGradient(logits));
    Operand<TFloat32> encoded =
        kind == Kind.SOFT
            ? tf.math.minimum(probabilities, tf.constant((float) clip))
            : confident(tf, probabilities, (int) shape[3]);
    return tf.stopGradient(encoded);
  }

  private Operand<TFloat32> confident(Ops tf, Operand<TFloat32> probabilities, int classes) {
    Operand<TInt32> best = tf.math.argMax(probabilities, tf.constant(3), TInt32.class);
    Operand<TFloat32> oneHot =
        tf.oneHot(best, tf.constant(classes), tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> largest = tf.max(probabilities, tf.constant(3), Max.keepDims(true));
    Operand<TFloat32> kept =
        tf.dtypes.cast(
            tf.math.greaterEqual(largest, tf.constant((float) confidence)), TFloat32.class);
    return tf.math.mul(oneHot, kept);
  }
}
