package org.crossfade.backbones.daformer;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.encoderdecoder.ConvolutionUnit;
import org.crossfade.backbones.encoderdecoder.Decoder;
import org.crossfade.backbones.encoderdecoder.LevelEmbedding;
import org.crossfade.backbones.encoderdecoder.SeparableAspp;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * DAFormer's decoder: the levels are embedded, concatenated and fused by atrous spatial pyramid
 * pooling with separable convolutions, without pooling of the image, and a 3x3 bottleneck. Source:
 * {@code daformer_head.py} with {@code daformer_sepaspp_mitb5.py}.
 *
 * @param levels channels of the trunk's stages
 * @param channels of the embeddings and of the features
 * @param dilations of the fusion, 1, 6, 12, 18 in the official configuration
 * @param batchNorm form of batch norm
 */
record DaformerDecoder(
    List<Integer> levels, int channels, List<Integer> dilations, BatchNorm.Mode batchNorm)
    implements Decoder {

  /** Copies the lists. */
  DaformerDecoder {
    levels = List.copyOf(levels);
    dilations = List.copyOf(dilations);
  }

  @Override
  public String name() {
    return "daformer";
  }

  @Override
  public DaformerDecoder withBatchNorm(BatchNorm.Mode mode) {
    return new DaformerDecoder(levels, channels, dilations, mode);
  }

  @Override
  public List<ParameterSpec> featureParameters() {
    var specs = new ArrayList<ParameterSpec>(embedding().parameters());
    specs.addAll(pyramid().parameters());
    specs.addAll(bottleneck().parameters());
    return specs;
  }

  @Override
  public Operand<TFloat32> features(
      Forward forward, Parameters parameters, List<Operand<TFloat32>> maps) {
    Ops tf = forward.tf();
    Operand<TFloat32> embedded = embedding().apply(tf, parameters, maps);
    Operand<TFloat32> branches =
        tf.concat(pyramid().apply(forward, parameters, embedded), tf.constant(3));
    return bottleneck().apply(forward, parameters, branches);
  }

  private LevelEmbedding embedding() {
    return new LevelEmbedding(levels, channels);
  }

  private SeparableAspp pyramid() {
    return new SeparableAspp("fuse_layer.", embedding().outputs(), channels, dilations, batchNorm);
  }

  private ConvolutionUnit bottleneck() {
    return ConvolutionUnit.of(
        "fuse_layer.bottleneck", dilations.size() * channels, channels, 3, batchNorm);
  }
}
