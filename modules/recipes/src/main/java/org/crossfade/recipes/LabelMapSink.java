package org.crossfade.recipes;

import java.io.IOException;
import java.util.Map;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.method.ArtefactWriter;
import org.crossfade.core.method.DatasetPass.PassSink;
import org.tensorflow.Tensor;
import org.tensorflow.types.TUint8;

/**
 * Writes the label map of every sample of a pass as it comes: the output called {@link #LABELS},
 * uint8, [1, H, W], train ids and 255.
 *
 * @param writer of the pass's artefact
 */
public record LabelMapSink(ArtefactWriter writer) implements PassSink {
  /** Name of the output that is written. */
  public static final String LABELS = "labels";

  @Override
  public void accept(String id, Map<String, Tensor> outputs) throws IOException {
    TUint8 labels = (TUint8) outputs.get(LABELS);
    int height = (int) labels.shape().get(1);
    int width = (int) labels.shape().get(2);
    byte[] trainIds = new byte[height * width];
    labels.asRawTensor().data().read(trainIds);
    writer.labelMap(id, new LabelMap(height, width, trainIds));
  }

  @Override
  public void finish() {}
}
