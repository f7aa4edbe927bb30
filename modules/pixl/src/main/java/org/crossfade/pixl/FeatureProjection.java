package org.crossfade.pixl;

import java.util.ArrayList;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.nn.Convolution;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A projection of features that L_DPA alone sees: W₂·max(0, W₁·f + b₁) + b₂ at every position, W₁
 * as wide as the features. The paper mentions none; the form is that of ContrastiveSeg ({@code
 * lib/models/modules/projection.py}) without its batch norm. Both resolutions and both passes share
 * it; the evaluated network does not have it.
 */
final class FeatureProjection {
  /** Role of its variables. */
  static final String ROLE = "projection";

  private final Ops tf;
  private final Parameters parameters;
  private final Convolution hidden;
  private final Convolution output;

  /**
   * Declares the variables.
   *
   * @param inputs channels of the features
   * @param outputs channels of what prototypes are made of
   */
  FeatureProjection(StepContext context, int inputs, int outputs) {
    this.tf = context.tf();
    this.hidden = Convolution.same("hidden", inputs, inputs, 1, 1, /* bias= */ true);
    this.output = Convolution.same("output", inputs, outputs, 1, 1, /* bias= */ true);
    var specs = new ArrayList<ParameterSpec>(hidden.parameters());
    specs.addAll(output.parameters());
    this.parameters = context.parameters(ROLE, specs);
  }

  /**
   * Returns projected features.
   *
   * @param features [N, h, w, inputs]
   * @return [N, h, w, outputs]
   */
  Operand<TFloat32> apply(Operand<TFloat32> features) {
    return output.apply(tf, parameters, tf.nn.relu(hidden.apply(tf, parameters, features)));
  }
}
