package org.crossfade.backbones.encoderdecoder;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.Interpolation;
import org.crossfade.core.nn.Linear;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Brings a trunk's levels to one number of channels and the size of the first, and concatenates
 * them: {@code embed_layers.0} to {@code 3} of DAFormer.
 *
 * @param levels channels in
 * @param channels of each level's embedding
 */
public record LevelEmbedding(List<Integer> levels, int channels) {

  /** Returns the parameters that it reads, by their published names. */
  public List<ParameterSpec> parameters() {
    var specs = new ArrayList<ParameterSpec>();
    for (int i = 0; i < levels.size(); i++) {
      Initializer initializer = Initializer.pytorchDefault(1, levels.get(i));
      specs.addAll(embedding(i).parameters(initializer, initializer));
    }
    return specs;
  }

  /** Returns the number of channels of the concatenation. */
  public int outputs() {
    return levels.size() * channels;
  }

  /**
   * Returns the concatenation, [N, h, w, outputs] in the size of the first level.
   *
   * @param maps [N, hᵢ, wᵢ, levelsᵢ]
   */
  public Operand<TFloat32> apply(Ops tf, Parameters parameters, List<Operand<TFloat32>> maps) {
    var embedded = new ArrayList<Operand<TFloat32>>();
    for (int i = 0; i < maps.size(); i++) {
      embedded.add(
          Interpolation.HALF_PIXEL_CENTRES.resizeLike(
              tf, embedding(i).apply(tf, parameters, maps.get(i)), maps.get(0)));
    }
    return tf.concat(embedded, tf.constant(3));
  }

  private Linear embedding(int i) {
    return new Linear("embed_layers." + i + ".proj", levels.get(i), channels);
  }
}
