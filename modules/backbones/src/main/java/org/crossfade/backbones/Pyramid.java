package org.crossfade.backbones;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.core.nn.BatchNorm;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A trunk whose four stages all feed a decoder. */
sealed interface Pyramid extends Trunk permits MixTransformer, ResNet {
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

  @Override
  Pyramid withBatchNorm(BatchNorm.Mode mode);
}
