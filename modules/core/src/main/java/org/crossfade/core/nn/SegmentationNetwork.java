package org.crossfade.core.nn;

import java.util.List;
import java.util.Map;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A segmentation network: a list of the variables that it needs, and a pure function of them.
 *
 * <p>Teachers, frozen copies and virtual steps are other parameters of the same function.
 */
public interface SegmentationNetwork {
  /** Returns a name for logs and reports. */
  String name();

  /** Returns the number of classes, K. */
  int classes();

  /** Returns the number of channels, C, of {@link Prediction#features()}. */
  int featureChannels();

  /** Returns how images are normalised for this network. */
  Normalisation normalisation();

  /** Returns the variables, named as in the published checkpoint. */
  List<ParameterSpec> parameters();

  /** Returns the names of the classifier's variables, which learn ten times as fast. */
  NamePattern head();

  /**
   * Returns the network's answer. Where several workers share the batch of the pass, each computes
   * the answers to its own rows, and all get all of them.
   *
   * @param parameters by the names of {@link #parameters()}
   * @param images normalised, [N, H, W, 3], of known height and width unless {@link #takesAnySize}
   */
  default Prediction forward(Forward forward, Parameters parameters, Operand<TFloat32> images) {
    return forward
        .sharing()
        .map(workers -> new SharedBatch(workers).answer(this, forward, parameters, images))
        .orElseGet(() -> answer(forward, parameters, images));
  }

  /**
   * Computes the network's answer: what a network is. Others call {@link #forward}.
   *
   * @param parameters by the names of {@link #parameters()}
   * @param images normalised, [N, H, W, 3], of known height and width
   */
  Prediction answer(Forward forward, Parameters parameters, Operand<TFloat32> images);

  /**
   * Returns whether {@link #forward} takes images whose height and width only the run knows, as an
   * exported network does; no, unless a network says so.
   */
  default boolean takesAnySize() {
    return false;
  }

  /**
   * Returns the outputs of the trunk's stages alone, as in {@link Prediction#stages()}: what a
   * frozen reference network is asked for.
   */
  default Map<String, Operand<TFloat32>> stages(
      Forward forward, Parameters parameters, Operand<TFloat32> images) {
    return forward(forward, parameters, images).stages();
  }

  /** Returns how the official code resizes this network's logits. */
  default Interpolation interpolation() {
    return Interpolation.ALIGNED_CORNERS;
  }

  /**
   * Returns how published files name the variables; by default as {@link #parameters()} does, and
   * with all of them but the classifier's.
   */
  default PublishedNames publishedNames() {
    return PublishedNames.own(NamePattern.of("**").except(head()));
  }

  /** Returns the same network with another form of batch normalisation; itself if it has none. */
  SegmentationNetwork withBatchNorm(BatchNorm.Mode mode);
}
