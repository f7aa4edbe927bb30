package org.crossfade.core.nn;

import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A convolution that batch normalisation can follow. */
public sealed interface ConvolutionLayer permits Convolution, DepthwiseConvolution {
  /** Returns the parameters, the weight first. */
  List<ParameterSpec> parameters(Initializer weight, Initializer bias);

  /**
   * Returns the convolution of {@code x}.
   *
   * @param x [N, H, W, C]
   * @return [N, H', W', C']
   */
  Operand<TFloat32> apply(Ops tf, Parameters parameters, Operand<TFloat32> x);

  /**
   * Returns scale ⊙ convolution(x) + shift, with the scale folded into the kernel.
   *
   * @param scale [C']
   * @param shift [C']
   */
  Operand<TFloat32> applyScaled(
      Ops tf,
      Parameters parameters,
      Operand<TFloat32> x,
      Operand<TFloat32> scale,
      Operand<TFloat32> shift);
}
