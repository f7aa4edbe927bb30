package org.crossfade.autodiff.examples;

import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One step of MAML (Finn et al., 2017) for lines y = w x: each task takes a step of gradient
 * descent on its own examples, and the start is moved so that the loss behind that step falls.
 */
public final class MamlExample {
  private static final float[] X = {-1, 0.5f, 2};
  private static final float[] SLOPES = {1, 3};

  private MamlExample() {}

  /** Prints the start of the next iteration. */
  public static void main(String[] arguments) {
    System.out.println(stepFrom(0.5f, 0.1f, 0.05f));
  }

  /**
   * Returns w − metaRate·d/dw Σₜ Lₜ(w − rate·∇Lₜ(w)), the mean square error Lₜ of task t.
   *
   * @param start w
   */
  public static float stepFrom(float start, float rate, float metaRate) {
    try (var graph = new Graph();
        var session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      var tape = new GradientTape(tf);
      Parameters w = Parameters.of(Map.of("w", tf.constant(start)));
      Operand<TFloat32> meta = tf.constant(0f);
      for (float slope : SLOPES) {
        Parameters inner = w.step(tf, tf.constant(rate), tape.gradient(loss(tf, w, slope), w));
        meta = tf.math.add(meta, loss(tf, inner, slope));
      }
      Parameters next = w.step(tf, tf.constant(metaRate), tape.gradient(meta, w));
      try (var result = session.runner().fetch(next.get("w")).run()) {
        return ((TFloat32) result.get(0)).getFloat();
      }
    }
  }

  private static Operand<TFloat32> loss(Ops tf, Parameters w, float slope) {
    Operand<TFloat32> x = tf.constant(X);
    Operand<TFloat32> wanted = tf.math.mul(x, tf.constant(slope));
    Operand<TFloat32> error = tf.math.squaredDifference(tf.math.mul(w.get("w"), x), wanted);
    return tf.math.mean(error, tf.constant(0));
  }
}
