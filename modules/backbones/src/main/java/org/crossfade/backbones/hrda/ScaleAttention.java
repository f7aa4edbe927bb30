package org.crossfade.backbones.hrda;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.encoderdecoder.ConvolutionUnit;
import org.crossfade.backbones.encoderdecoder.Decoder;
import org.crossfade.backbones.encoderdecoder.LevelEmbedding;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * HRDA's attention to scales: how much the detail is to be trusted, from the context's levels. They
 * are embedded, concatenated, fused by a 1x1 unit and classified, behind dropout; then a sigmoid.
 *
 * @param levels channels of the trunk's stages
 * @param channels of the embeddings
 * @param maps K, one for each class, or 1
 * @param dropout rate of dropped channels before the classifier
 * @param batchNorm form of batch norm
 */
record ScaleAttention(
    List<Integer> levels, int channels, int maps, double dropout, BatchNorm.Mode batchNorm) {

  List<ParameterSpec> parameters() {
    var specs = new ArrayList<ParameterSpec>(embedding().parameters());
    specs.addAll(fusion().parameters());
    specs.addAll(Decoder.classifierParameters(channels, maps));
    return specs;
  }

  /**
   * Returns the attention.
   *
   * @param context outputs of the trunk's stages 1 to 4
   * @return [N, h, w, maps], in 0..1
   */
  Operand<TFloat32> apply(Forward forward, Parameters parameters, List<Operand<TFloat32>> context) {
    Operand<TFloat32> embedded = embedding().apply(forward.tf(), parameters, context);
    Operand<TFloat32> fused = fusion().apply(forward, parameters, embedded);
    return forward.tf().math.sigmoid(Decoder.classify(forward, parameters, fused, dropout, maps));
  }

  ScaleAttention withBatchNorm(BatchNorm.Mode mode) {
    return new ScaleAttention(levels, channels, maps, dropout, mode);
  }

  private LevelEmbedding embedding() {
    return new LevelEmbedding(levels, channels);
  }

  private ConvolutionUnit fusion() {
    return ConvolutionUnit.of("fuse_layer", embedding().outputs(), channels, 1, batchNorm);
  }
}
