package org.crossfade.core.nn;

import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.ParameterSpec;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A network that tells domains apart. It has nothing random and no running statistics. */
public interface Discriminator {
  /** Returns the variables, named as in the published checkpoint. */
  List<ParameterSpec> parameters();

  /**
   * Returns logits.
   *
   * @param parameters by the names of {@link #parameters()}
   * @param input features or class probabilities, [N, h, w, C]
   * @return [N, h', w', C']
   */
  Operand<TFloat32> forward(Ops tf, Parameters parameters, Operand<TFloat32> input);
}
