package org.crossfade.pixda.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * PixDA's distillation, equation 9: the mean over all pixels (there is no label, so none is
 * ignored) of −Σ_c softmax(t/T)_c·ln softmax(s)_c, t the teacher's logits and s the student's.
 *
 * @param teacherTemperature T, above 0; below 1 sharpens the teacher. The official code multiplies
 *     t by 0.5, T = 2; the paper divides by 0.5
 * @param meanOverClasses whether the sum over classes is divided by their number, as the official
 *     code does: the same as a smaller weight
 */
public record KnowledgeDistillation(double teacherTemperature, boolean meanOverClasses) {
  /**
   * Checks the range.
   *
   * @param teacherTemperature T, above 0; below 1 sharpens the teacher. The official code
   *     multiplies t by 0.5, T = 2; the paper divides by 0.5
   * @param meanOverClasses whether the sum over classes is divided by their number, as the official
   *     code does: the same as a smaller weight
   */
  public KnowledgeDistillation {
    if (!(teacherTemperature > 0)) {
      throw new IllegalArgumentException(
          "teacher-temperature must be positive, found " + teacherTemperature);
    }
  }

  /**
   * Returns the loss.
   *
   * @param tf operations of the graph
   * @param student s, [N, H, W, K]
   * @param teacher t, [N, H, W, K]; no gradient reaches it
   * @return scalar
   */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> student, Operand<TFloat32> teacher) {
    int classes = (int) student.shape().get(3);
    Operand<TInt32> rows = tf.constant(new int[] {-1, classes});
    Operand<TFloat32> softened =
        tf.math.div(tf.stopGradient(teacher), tf.constant((float) teacherTemperature));
    Operand<TFloat32> perPixel =
        tf.nn
            .softmaxCrossEntropyWithLogits(
                tf.reshape(student, rows), tf.nn.softmax(tf.reshape(softened, rows)))
            .loss();
    Operand<TFloat32> mean = tf.math.mean(perPixel, tf.constant(0));
    return meanOverClasses ? tf.math.div(mean, tf.constant((float) classes)) : mean;
  }
}
