package org.crossfade.core.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.Workers;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A batch of which each worker's network sees its own rows; all get the answers to the whole. */
record SharedBatch(Workers workers) {
  /** Returns the answers to the whole batch. */
  Prediction answer(
      SegmentationNetwork network,
      Forward forward,
      Parameters parameters,
      Operand<TFloat32> images) {
    if (images.shape().get(0) % workers.place().count() != 0) {
      // A part of a batch that a method cut out: each worker sees to all of it.
      return network.answer(forward.unshared(), parameters, images);
    }
    return gathered(network.answer(forward.ofOwnRows(), parameters, workers.ownRows(images)));
  }

  private Prediction gathered(Prediction own) {
    Map<String, Operand<TFloat32>> stages = new LinkedHashMap<>();
    own.stages().forEach((name, value) -> stages.put(name, workers.gathered(value)));
    return new Prediction(
        workers.gathered(own.logits()),
        workers.gathered(own.features()),
        own.auxiliaryLogits().map(workers::gathered),
        stages,
        own.multiResolution()
            .map(
                two ->
                    new MultiResolution(
                        gathered(two.context()),
                        gathered(two.detail()),
                        workers.gathered(two.attention()),
                        two.window())));
  }
}
