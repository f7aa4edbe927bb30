package org.crossfade.core.nn;

import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What a segmentation network answers.
 *
 * @param logits [N, h, w, K], at feature resolution
 * @param features [N, h, w, C], the input of the classifier
 * @param auxiliaryLogits [N, h, w, K] of the auxiliary head, where there is one
 * @param stages outputs of the trunk's stages by name, in order
 * @param multiResolution what a network of two resolutions made of each; its logits are the fused
 *     ones, its features and stages those of the context
 */
public record Prediction(
    Operand<TFloat32> logits,
    Operand<TFloat32> features,
    Optional<Operand<TFloat32>> auxiliaryLogits,
    Map<String, Operand<TFloat32>> stages,
    Optional<MultiResolution> multiResolution) {

  /** The answer of a network of one resolution. */
  public Prediction(
      Operand<TFloat32> logits,
      Operand<TFloat32> features,
      Optional<Operand<TFloat32>> auxiliaryLogits,
      Map<String, Operand<TFloat32>> stages) {
    this(logits, features, auxiliaryLogits, stages, Optional.empty());
  }
}
