package org.crossfade.backbones;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.ParameterSpec.Kind;
import org.crossfade.core.nn.Convolution;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * DeepLabV2's classifier: the sum of four 3x3 convolutions that dilate by 6, 12, 18 and 24, each
 * with a bias.
 *
 * @param name before {@code conv2d_list.I}: empty, or with its dot
 * @param inputs channels in
 * @param classes K
 * @param branches how many are summed, 2 or 4; the variables of the others exist, as in the
 *     published checkpoints, but are never read
 */
record AsppClassifier(String name, int inputs, int classes, int branches) {
  private static final List<Integer> DILATIONS = List.of(6, 12, 18, 24);

  /** Returns the variables: kernels N(0, 0.01²), biases as PyTorch starts them. */
  List<ParameterSpec> parameters() {
    var specs = new ArrayList<ParameterSpec>();
    for (int i = 0; i < DILATIONS.size(); i++) {
      Kind kind = i < branches ? Kind.WEIGHT : Kind.FIXED;
      branch(i)
          .parameters(new Initializer.Normal(0.01), Initializer.pytorchDefault(3, inputs))
          .forEach(spec -> specs.add(spec.as(kind)));
    }
    return specs;
  }

  /**
   * Returns logits.
   *
   * @param features [N, h, w, inputs]
   * @return [N, h, w, classes]
   */
  Operand<TFloat32> apply(Ops tf, Parameters parameters, Operand<TFloat32> features) {
    var summands = new ArrayList<Operand<TFloat32>>();
    for (int i = 0; i < branches; i++) {
      summands.add(branch(i).apply(tf, parameters, features));
    }
    return tf.math.addN(summands);
  }

  private Convolution branch(int i) {
    return Convolution.same(
        name + "conv2d_list." + i, inputs, classes, 3, DILATIONS.get(i), /* bias= */ true);
  }
}
