package org.crossfade.core.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.crossfade.autodiff.Parameters;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * A kernel k = Σ_p a_p ⊗ b_p of a fully connected layer that is never formed.
 *
 * <p>The gradient of a convolution with respect to its kernel is such a sum over the P cells of its
 * result: a_p is the window that cell p sees and b_p the gradient of the loss with respect to it.
 * Where cells are few and channels many, as in a fully connected layer, x ∗ k = (x ∗ a)·b costs
 * next to nothing, and the kernel itself is hundreds of megabytes.
 *
 * @param inputs a, [P, kernel·kernel·C]: {@link FullyConnected#windows}
 * @param outputs b, [P, C']
 */
public record OuterProducts(Operand<TFloat32> inputs, Operand<TFloat32> outputs) {
  /** Suffix of a's name beside a layer's parameters. */
  static final String INPUTS = ".added.inputs";

  /** Suffix of b's name beside a layer's parameters. */
  static final String OUTPUTS = ".added.outputs";

  /** Suffix of the values that are added to a layer's result. */
  static final String SHIFT = ".shift";

  /**
   * Returns the sum over a layer's cells.
   *
   * @param x what the layer sees, [N, H, W, C]
   * @param gradient with respect to its result, [N, H', W', C']
   */
  public static OuterProducts of(
      Ops tf, FullyConnected layer, Operand<TFloat32> x, Operand<TFloat32> gradient) {
    return new OuterProducts(
        layer.windows(tf, x),
        tf.reshape(gradient, tf.constant(new int[] {-1, layer.convolution().outputs()})));
  }

  static OuterProducts of(String name, Parameters parameters) {
    return new OuterProducts(parameters.get(name + INPUTS), parameters.get(name + OUTPUTS));
  }

  /** Returns {@code factor}·k. */
  public OuterProducts times(Ops tf, double factor) {
    return new OuterProducts(
        inputs, tf.math.mul(outputs, tf.dtypes.cast(tf.constant(factor), outputs.type())));
  }

  /**
   * Returns x ∗ k.
   *
   * @param layer whose kernel k could be
   * @param x [N, H, W, C]
   * @return [N, H', W', C']
   */
  public Operand<TFloat32> applied(Ops tf, FullyConnected layer, Operand<TFloat32> x) {
    return tf.reshape(applied(tf, layer.windows(tf, x)), tf.constant(layer.resultShape(x)));
  }

  /** x ∗ k, [P', C'], from x's windows, [P', kernel·kernel·C]. */
  Operand<TFloat32> applied(Ops tf, Operand<TFloat32> windows) {
    Operand<TFloat32> agreement = tf.linalg.matMul(windows, inputs, MatMul.transposeB(true));
    return tf.linalg.matMul(agreement, outputs);
  }

  /** Returns the parameters by which a layer of this name adds k to its kernel. */
  public Parameters addedTo(String name) {
    Map<String, Operand<TFloat32>> values = new LinkedHashMap<>();
    values.put(name + INPUTS, inputs);
    values.put(name + OUTPUTS, outputs);
    return Parameters.of(values);
  }

  /** Returns the name of a layer's shift among its parameters. */
  public static String shiftName(String name) {
    return name + SHIFT;
  }
}
