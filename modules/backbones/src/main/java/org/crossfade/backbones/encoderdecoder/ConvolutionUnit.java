package org.crossfade.backbones.encoderdecoder;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.ConvolutionLayer;
import org.crossfade.core.nn.DepthwiseConvolution;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A convolution without bias, batch norm, and a rectifier: mmcv's {@code ConvModule}. Its variables
 * are {@code NAME.conv.weight} and {@code NAME.bn.*}.
 */
public record ConvolutionUnit(
    ConvolutionLayer convolution, BatchNorm norm, Initializer initializer) {

  /** Returns a unit that keeps the size. */
  public static ConvolutionUnit of(
      String name, int inputs, int outputs, int kernel, BatchNorm.Mode batchNorm) {
    return new ConvolutionUnit(
        Convolution.same(name + ".conv", inputs, outputs, kernel, 1, /* bias= */ false),
        new BatchNorm(name + ".bn", outputs, batchNorm),
        Initializer.kaimingNormal(kernel, outputs));
  }

  /**
   * Returns a separable 3x3 convolution: a depthwise unit and a 1x1 unit, a rectifier behind each.
   */
  public static List<ConvolutionUnit> separable(
      String name, int inputs, int outputs, int dilation, BatchNorm.Mode batchNorm) {
    String depthwise = name + ".depthwise_conv";
    return List.of(
        new ConvolutionUnit(
            new DepthwiseConvolution(depthwise + ".conv", inputs, dilation, /* bias= */ false),
            new BatchNorm(depthwise + ".bn", inputs, batchNorm),
            // mmcv counts the outputs of all groups.
            Initializer.kaimingNormal(3, inputs)),
        of(name + ".pointwise_conv", inputs, outputs, 1, batchNorm));
  }

  /** Returns the parameters that it reads, by their published names. */
  public List<ParameterSpec> parameters() {
    var specs = new ArrayList<ParameterSpec>(convolution.parameters(initializer, initializer));
    specs.addAll(norm.parameters());
    return specs;
  }

  /**
   * Returns relu(BN(convolution(x))).
   *
   * @param x [N, H, W, C]
   */
  public Operand<TFloat32> apply(Forward forward, Parameters parameters, Operand<TFloat32> x) {
    return forward.tf().nn.relu(norm.after(convolution, forward, parameters, x));
  }

  /** Returns what several units make of {@code x}, one after the other. */
  public static Operand<TFloat32> all(
      List<ConvolutionUnit> units, Forward forward, Parameters parameters, Operand<TFloat32> x) {
    Operand<TFloat32> y = x;
    for (ConvolutionUnit unit : units) {
      y = unit.apply(forward, parameters, y);
    }
    return y;
  }
}
