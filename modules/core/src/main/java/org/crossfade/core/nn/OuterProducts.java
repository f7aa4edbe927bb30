package org.crossfade.core.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.crossfade.autodiff.Parameters;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A kernel k = Σ_p a_p ⊗ b_p that is never formed.
 *
 * <p>The gradient of a convolution with respect to its kernel is such a sum over the P cells of its
 * result: a_p is the window that cell p sees and b_p the gradient of the loss with respect to it.
 * Where cells are few and channels many, as in a fully connected layer, x ∗ k = (x ∗ a)·b costs
 * next to nothing, and the kernel itself is hundreds of megabytes.
 *
 * @param inputs a, [kernel, kernel, C, P]: {@link Convolution#windows}
 * @param outputs b, [P, C']
 */
public record OuterProducts(Operand<TFloat32> inputs, Operand<TFloat32> outputs) {
  /** Suffix of a's name beside a convolution's parameters. */
  static final String INPUTS = ".added.inputs";

  /** Suffix of b's name beside a convolution's parameters. */
  static final String OUTPUTS = ".added.outputs";

  /** Suffix of the values that are added to a convolution's result. */
  static final String SHIFT = ".shift";

  /**
   * Returns the sum over a convolution's cells.
   *
   * @param x what the convolution sees, [N, H, W, C]
   * @param gradient with respect to its result, [N, H', W', C']
   */
  public static OuterProducts of(
      Ops tf, Convolution convolution, Operand<TFloat32> x, Operand<TFloat32> gradient) {
    return new OuterProducts(
        convolution.windows(tf, x),
        tf.reshape(gradient, tf.constant(new int[] {-1, convolution.outputs()})));
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
   * @param convolution whose kernel k could be
   * @param x [N, H, W, C]
   * @return [N, H', W', C']
   */
  public Operand<TFloat32> applied(Ops tf, Convolution convolution, Operand<TFloat32> x) {
    Operand<TFloat32> agreement = convolution.convolve(tf, inputs, x);
    long[] shape = agreement.shape().asArray();
    int cells = (int) shape[3];
    shape[3] = convolution.outputs();
    return tf.reshape(
        tf.linalg.matMul(tf.reshape(agreement, tf.constant(new int[] {-1, cells})), outputs),
        tf.constant(shape));
  }

  /** Returns the parameters by which a convolution of this name adds k to its kernel. */
  public Parameters addedTo(String name) {
    Map<String, Operand<TFloat32>> values = new LinkedHashMap<>();
    values.put(name + INPUTS, inputs);
    values.put(name + OUTPUTS, outputs);
    return Parameters.of(values);
  }

  /** Returns the parameter by which a convolution of this name adds {@code shift} to its result. */
  public static Parameters shift(String name, Operand<TFloat32> shift) {
    return Parameters.of(Map.of(name + SHIFT, shift));
  }

  /** Returns the name of a convolution's shift among its parameters. */
  public static String shiftName(String name) {
    return name + SHIFT;
  }
}
