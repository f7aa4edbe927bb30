package org.crossfade.backbones.trunk;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.core.nn.BatchNorm;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A trunk whose four stages all feed a decoder. */
public interface Pyramid extends Trunk {
  /** Returns the output channels of stage 1 to 4. */
  int stageChannels(int stage);

  /** Returns the name of stage 1 to 4 in activations; the output itself is stage 4. */
  String stageName(int stage);

  @Override
  default int channels() {
    return stageChannels(4);
  }

  /** Returns the channels of all stages. */
  default List<Integer> levelChannels() {
    return List.of(stageChannels(1), stageChannels(2), stageChannels(3), stageChannels(4));
  }

  /** Returns the outputs of stages 1 to 4 by name, in order. */
  default Map<String, Operand<TFloat32>> levels(Activations activations) {
    var levels = new LinkedHashMap<String, Operand<TFloat32>>();
    for (int stage = 1; stage < 4; stage++) {
      levels.put(stageName(stage), activations.stages().get(stageName(stage)));
    }
    levels.put(stageName(4), activations.features());
    return levels;
  }

  /**
   * Returns whether a name in the trunk's own published files belongs to the classifier of ImageNet
   * that it was trained with.
   */
  boolean isOfImageNetClassifier(String name);

  /**
   * Returns a copy of the numbers of blocks in the four stages.
   *
   * @throws IllegalArgumentException if they are not four, or one is below 1
   */
  static List<Integer> requireStages(List<Integer> layers) {
    if (layers.size() != 4 || layers.stream().anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException(
          "layers must be four positive numbers of blocks such as [3, 4, 23, 3], found " + layers);
    }
    return List.copyOf(layers);
  }

  @Override
  Pyramid withBatchNorm(BatchNorm.Mode mode);
}
