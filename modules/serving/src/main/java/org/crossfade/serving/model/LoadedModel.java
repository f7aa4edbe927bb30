package org.crossfade.serving.model;

import java.util.List;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;

/** A network that is ready for use. One thread at a time may ask it. */
public interface LoadedModel extends AutoCloseable {
  /** {@return what it is, in a few words for people; no path} */
  String title();

  /** {@return the classes that it tells apart} */
  LabelSpace labelSpace();

  /**
   * {@return the train ids of images, each at its image's own size}
   *
   * @param images RGB, at least one, all of one size
   */
  List<LabelMap> predict(List<Image> images);

  /**
   * {@return about how many bytes an image of a size needs beyond the network's own}
   *
   * @param height of the image, in pixels
   * @param width of the image, in pixels
   */
  long bytesToPredict(int height, int width);

  @Override
  void close();
}
