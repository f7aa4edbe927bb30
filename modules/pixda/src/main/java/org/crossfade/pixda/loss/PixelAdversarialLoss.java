package org.crossfade.pixda.loss;

import org.crossfade.core.label.LabelSpace;
import org.crossfade.recipes.loss.PixelCrossEntropy;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * PixDA's PixAdv loss, equation 3: the mean over all pixels of A·S·B, ignored ones included.
 *
 * <p>A = softplus(D), the cross entropy of the discriminator's logit against the source's label 0;
 * S = −ln softmax(z)_y, 0 at ignored pixels (equation 4); B as in {@link ImbalanceMap} (equation
 * 5). A factor that is left out is 1 everywhere, at ignored pixels too.
 *
 * @param useS whether S weighs pixels (table 3)
 * @param useB whether B weighs pixels (table 3)
 * @param detachS whether S is a weight alone, as the paper says. In the official code the segmenter
 *     is differentiated through S too, which then acts as a further cross entropy on the target
 */
public record PixelAdversarialLoss(boolean useS, boolean useB, boolean detachS) {

  /**
   * Returns the loss.
   *
   * @param tf operations of the graph
   * @param output logits of the discriminator, target is 1, [N, H, W, 1]
   * @param logits z of the target at the labels' size, [N, H, W, K]; not read without S
   * @param labels of the target, [N, H, W]
   * @return scalar
   */
  public Operand<TFloat32> apply(
      Ops tf, Operand<TFloat32> output, Operand<TFloat32> logits, Operand<TInt32> labels) {
    Operand<TFloat32> map = tf.reshape(tf.math.softplus(output), tf.constant(labels.shape()));
    if (useS) {
      Operand<TFloat32> s = new PixelCrossEntropy(LabelSpace.IGNORE).apply(tf, logits, labels);
      map = tf.math.mul(map, detachS ? tf.stopGradient(s) : s);
    }
    if (useB) {
      map = tf.math.mul(map, ImbalanceMap.of(tf, labels));
    }
    return tf.math.mean(map, tf.constant(new int[] {0, 1, 2}));
  }
}
