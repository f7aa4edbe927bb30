package org.crossfade.core.nn;

import java.util.Arrays;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Precision;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A linear layer with a bias on the last axis: y = x·W + b.
 *
 * @param name its parameters are {@code name.weight}, shape [inputs, outputs], which is PyTorch's
 *     transposed, and {@code name.bias}, shape [outputs]
 * @param inputs channels in
 * @param outputs channels out
 */
public record Linear(String name, int inputs, int outputs) {

  /** Returns the parameters, the weight first. */
  public List<ParameterSpec> parameters(Initializer weight, Initializer bias) {
    return List.of(
        ParameterSpec.weight(name + ".weight", Shape.of(inputs, outputs), weight),
        ParameterSpec.weight(name + ".bias", Shape.of(outputs), bias));
  }

  /**
   * Returns the layer's answer.
   *
   * @param x [..., inputs]
   * @return [..., outputs]
   */
  public Operand<TFloat32> apply(Ops tf, Parameters parameters, Operand<TFloat32> x) {
    // One large product of matrices: a batched one would be many small ones.
    Operand<TFloat32> rows = tf.reshape(x, tf.constant(new int[] {-1, inputs}));
    Operand<TFloat32> y =
        tf.nn.biasAdd(
            Precision.product(tf, rows, parameters.get(name + ".weight"), tf.linalg::matMul),
            parameters.get(name + ".bias"));
    long[] shape = x.shape().asArray();
    shape[0] = -1;
    shape[shape.length - 1] = outputs;
    boolean known = Arrays.stream(shape).skip(1).noneMatch(size -> size < 0);
    return known
        ? tf.reshape(y, tf.constant(shape))
        : tf.reshape(y, MapSize.keeping(tf, x, shape.length - 1, outputs));
  }
}
