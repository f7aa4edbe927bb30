package org.crossfade.backbones.deeplabv3plus;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.encoderdecoder.ConvolutionUnit;
import org.crossfade.backbones.encoderdecoder.Decoder;
import org.crossfade.backbones.encoderdecoder.SeparableAspp;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Interpolation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * DeepLabV3+'s decoder with separable convolutions: the pooled image and the branches of atrous
 * pooling on the last level, a bottleneck, and a refinement with the first level. Source: {@code
 * sep_aspp_head.py} of mmsegmentation, as in HRDA.
 *
 * <p>In training the norm behind the pooled image sees one value a channel and image: batches of
 * one have no statistics there.
 *
 * @param levels channels of the trunk's stages; the first and the last are read
 * @param channels of the branches and of the features
 * @param dilations 1, 12, 24, 36 in the official configuration
 * @param batchNorm form of batch norm
 */
record DeepLabV3PlusDecoder(
    List<Integer> levels, int channels, List<Integer> dilations, BatchNorm.Mode batchNorm)
    implements Decoder {
  private static final int LOW_LEVEL_CHANNELS = 48;

  /** Copies the lists. */
  DeepLabV3PlusDecoder {
    levels = List.copyOf(levels);
    dilations = List.copyOf(dilations);
  }

  @Override
  public String name() {
    return "deeplabv3plus";
  }

  @Override
  public DeepLabV3PlusDecoder withBatchNorm(BatchNorm.Mode mode) {
    return new DeepLabV3PlusDecoder(levels, channels, dilations, mode);
  }

  @Override
  public List<ParameterSpec> featureParameters() {
    var specs = new ArrayList<ParameterSpec>(pooledImage().parameters());
    specs.addAll(pyramid().parameters());
    specs.addAll(bottleneck().parameters());
    specs.addAll(lowLevel().parameters());
    refinement().forEach(unit -> specs.addAll(unit.parameters()));
    return specs;
  }

  @Override
  public Operand<TFloat32> features(
      Forward forward, Parameters parameters, List<Operand<TFloat32>> maps) {
    Ops tf = forward.tf();
    Operand<TFloat32> last = maps.get(maps.size() - 1);
    Operand<TFloat32> mean = tf.math.mean(last, tf.constant(new int[] {1, 2}), Mean.keepDims(true));
    requireStatistics(forward, mean);
    var branches = new ArrayList<Operand<TFloat32>>();
    branches.add(resized(tf, pooledImage().apply(forward, parameters, mean), last));
    branches.addAll(pyramid().apply(forward, parameters, last));
    Operand<TFloat32> context =
        bottleneck().apply(forward, parameters, tf.concat(branches, tf.constant(3)));
    Operand<TFloat32> low = lowLevel().apply(forward, parameters, maps.get(0));
    Operand<TFloat32> both = tf.concat(List.of(resized(tf, context, low), low), tf.constant(3));
    return ConvolutionUnit.all(refinement(), forward, parameters, both);
  }

  private void requireStatistics(Forward forward, Operand<TFloat32> pooled) {
    if (forward.usesBatchStatistics()
        && batchNorm.usesBatchStatistics()
        && pooled.shape().get(0) == 1) {
      throw new IllegalArgumentException(
          "deeplabv3plus pools each image to one value a channel, so that batch norm needs batches"
              + " of at least 2 images in training, found 1");
    }
  }

  private static Operand<TFloat32> resized(Ops tf, Operand<TFloat32> x, Operand<TFloat32> as) {
    return Interpolation.HALF_PIXEL_CENTRES.resizeLike(tf, x, as);
  }

  private int lastLevel() {
    return levels.get(levels.size() - 1);
  }

  private ConvolutionUnit pooledImage() {
    return ConvolutionUnit.of("image_pool.1", lastLevel(), channels, 1, batchNorm);
  }

  private SeparableAspp pyramid() {
    return new SeparableAspp("", lastLevel(), channels, dilations, batchNorm);
  }

  private ConvolutionUnit bottleneck() {
    return ConvolutionUnit.of(
        "bottleneck", (dilations.size() + 1) * channels, channels, 3, batchNorm);
  }

  private ConvolutionUnit lowLevel() {
    return ConvolutionUnit.of("c1_bottleneck", levels.get(0), LOW_LEVEL_CHANNELS, 1, batchNorm);
  }

  private List<ConvolutionUnit> refinement() {
    var units =
        new ArrayList<ConvolutionUnit>(
            ConvolutionUnit.separable(
                "sep_bottleneck.0", channels + LOW_LEVEL_CHANNELS, channels, 1, batchNorm));
    units.addAll(ConvolutionUnit.separable("sep_bottleneck.1", channels, channels, 1, batchNorm));
    return units;
  }
}
