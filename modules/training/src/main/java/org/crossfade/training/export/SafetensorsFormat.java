package org.crossfade.training.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.crossfade.backbones.TensorLayout;
import org.crossfade.training.evaluation.TrainedModel;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.Safetensors;
import org.tensorflow.types.TFloat32;

/**
 * The weights alone, in PyTorch's layout and by the names of the published checkpoints, with the
 * model's card as {@code __metadata__}: {@code --weights} takes such a file.
 */
public final class SafetensorsFormat implements ExportFormat {
  /** For {@link java.util.ServiceLoader}. */
  public SafetensorsFormat() {}

  @Override
  public String name() {
    return "safetensors";
  }

  @Override
  public String write(TrainedModel model, ModelCard card, Path out) throws IOException {
    OutPlace.requireFree(out);
    Map<String, TFloat32> values = model.values();
    var tensors = new ArrayList<NamedTensor>();
    try {
      values.forEach(
          (name, value) ->
              tensors.add(
                  NamedTensor.of(
                      name, TensorLayout.toPytorch(value), TensorLayout.toPytorch(value.shape()))));
    } finally {
      values.values().forEach(TFloat32::close);
    }
    Files.createDirectories(out.toAbsolutePath().getParent());
    Safetensors.write(out, tensors, card.properties(model));
    return "%d tensors of %s".formatted(tensors.size(), model.network().name());
  }
}
