package org.crossfade.serving.model;

import java.util.List;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.training.evaluation.TrainedModel;

/** The network of a run: it answers what {@code predict} does. */
record RunNetwork(TrainedModel trained, LabelSpace labelSpace, String title)
    implements LoadedModel {
  @Override
  public List<LabelMap> predict(List<Image> images) {
    return trained.predict(images);
  }

  @Override
  public long bytesToPredict(int height, int width) {
    return trained.bytesToPredict(height, width);
  }

  @Override
  public void close() {
    trained.close();
  }
}
