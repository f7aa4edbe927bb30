package org.crossfade.api;

import java.awt.image.BufferedImage;
import java.util.List;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.file.LabelPictures;

/** What a model says of an image: the class of every pixel. */
public final class Segmentation {
  private final Image image;
  private final LabelMap labels;
  private final LabelSpace space;
  private final List<SegmentationClass> classes;

  Segmentation(Image image, LabelMap labels, LabelSpace space, List<SegmentationClass> classes) {
    this.image = image;
    this.labels = labels;
    this.space = space;
    this.classes = classes;
  }

  /** {@return the ids of the classes, a map of the image's size} */
  public LabelMap labels() {
    return labels;
  }

  /**
   * {@return the class of a pixel}
   *
   * @param x column, from 0
   * @param y row, from 0
   */
  public SegmentationClass at(int x, int y) {
    return classes.get(labels.at(y, x));
  }

  /** {@return the colours of the classes as a picture of the image's size} */
  public BufferedImage colours() {
    return Images.picture(LabelPictures.colours(labels, space));
  }

  /**
   * {@return the colours of the classes over the image, a new picture of its size}
   *
   * @param opacity of the colours, 0 to 1
   */
  public BufferedImage overlay(double opacity) {
    return Images.picture(LabelPictures.overlay(image, labels, space, opacity));
  }
}
