package org.crossfade.backbones.trunk;

import java.util.List;
import java.util.Map;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Normalisation;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The part of a network between the image and its classifiers. */
public interface Trunk {
  /**
   * What a trunk computes.
   *
   * @param features its output, [N, h, w, C]
   * @param stages outputs on the way, by name, in order
   */
  record Activations(Operand<TFloat32> features, Map<String, Operand<TFloat32>> stages) {}

  /** Returns a name for logs. */
  String name();

  /** Returns the number of channels, C, of the features. */
  int channels();

  /** Returns how images are normalised. */
  Normalisation normalisation();

  /** Returns the variables, named as in the published checkpoint. */
  List<ParameterSpec> parameters();

  /** Returns what the trunk makes of normalised images, [N, H, W, 3]. */
  Activations forward(Forward forward, Parameters parameters, Operand<TFloat32> images);

  /**
   * Checks the channels of a trunk's stem.
   *
   * @throws IllegalArgumentException if {@code width} is below 1
   */
  static void requireWidth(int width) {
    if (width < 1) {
      throw new IllegalArgumentException("width must be at least 1, found " + width);
    }
  }

  /** Returns the same trunk with another form of batch normalisation; itself if it has none. */
  Trunk withBatchNorm(BatchNorm.Mode mode);
}
