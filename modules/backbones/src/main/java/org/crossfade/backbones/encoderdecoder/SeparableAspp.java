package org.crossfade.backbones.encoderdecoder;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The branches of atrous spatial pyramid pooling with separable convolutions: dilation 1 is a 1x1
 * unit, every other one a separable 3x3 convolution. Source: {@code DepthwiseSeparableASPPModule}
 * of mmsegmentation.
 *
 * @param name prefix of its variables, with its dot or empty
 * @param inputs channels in
 * @param outputs channels of each branch
 * @param dilations of the branches, in order
 * @param batchNorm form of batch norm
 */
public record SeparableAspp(
    String name, int inputs, int outputs, List<Integer> dilations, BatchNorm.Mode batchNorm) {

  public List<ParameterSpec> parameters() {
    var specs = new ArrayList<ParameterSpec>();
    for (int i = 0; i < dilations.size(); i++) {
      branch(i).forEach(unit -> specs.addAll(unit.parameters()));
    }
    return specs;
  }

  /**
   * Returns the branches' answers, [N, H, W, outputs] each.
   *
   * @param x [N, H, W, inputs]
   */
  public List<Operand<TFloat32>> apply(
      Forward forward, Parameters parameters, Operand<TFloat32> x) {
    var answers = new ArrayList<Operand<TFloat32>>();
    for (int i = 0; i < dilations.size(); i++) {
      answers.add(ConvolutionUnit.all(branch(i), forward, parameters, x));
    }
    return answers;
  }

  private List<ConvolutionUnit> branch(int i) {
    String branch = name + "aspp_modules." + i;
    int dilation = dilations.get(i);
    return dilation == 1
        ? List.of(ConvolutionUnit.of(branch, inputs, outputs, 1, batchNorm))
        : ConvolutionUnit.separable(branch, inputs, outputs, dilation, batchNorm);
  }
}
