package org.crossfade.metapix;

import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.ParameterSpec;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A network f_φ that says how much the loss of each source pixel counts. */
public interface SourceWeighting {
  /** {@return the variables, φ} */
  List<ParameterSpec> parameters();

  /**
   * Returns W = f_φ(x, y).
   *
   * @param tf operations of the graph
   * @param parameters φ, by the names of {@link #parameters()}
   * @param images x as the segmentation network sees them, [N, H, W, 3]
   * @param labels y, [N, H, W], 0..K−1 or 255
   * @return [N, H, W], in 0..1
   */
  Operand<TFloat32> weights(
      Ops tf, Parameters parameters, Operand<TFloat32> images, Operand<TInt32> labels);
}
