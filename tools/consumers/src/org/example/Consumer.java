package org.example;

import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.NativeTensorFlow;
import org.crossfade.autodiff.Parameters;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A gradient through a step of gradient descent, beside the same by hand. */
public final class Consumer {
  private static final float RATE = 0.1f;
  private static final float START = 1;
  private static final float GOAL = 3;

  private Consumer() {}

  /** Prints both, and fails where they differ. */
  public static void main(String[] arguments) {
    NativeTensorFlow.require();
    // An inner loss of w² moves w to (1 - 2 rate) w; the outer one is (that - goal)².
    float inner = (1 - 2 * RATE) * START;
    float byHand = 2 * (inner - GOAL) * (1 - 2 * RATE);
    float found = gradient();
    System.out.println("meta-gradient: " + found + ", by hand: " + byHand);
    if (Math.abs(found - byHand) > 1e-5) {
      throw new AssertionError("they differ");
    }
  }

  private static float gradient() {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      GradientTape tape = new GradientTape(tf);
      Parameters w = Parameters.of(Map.of("w", tf.constant(START)));
      Parameters stepped = w.step(tf, tf.constant(RATE), tape.gradient(squared(tf, w, 0), w));
      Parameters gradient = tape.gradient(squared(tf, stepped, GOAL), w);
      try (TFloat32 value = (TFloat32) session.runner().fetch(gradient.get("w")).run().get(0)) {
        return value.getFloat();
      }
    }
  }

  private static Operand<TFloat32> squared(Ops tf, Parameters w, float goal) {
    return tf.math.square(tf.math.sub(w.get("w"), tf.constant(goal)));
  }
}
