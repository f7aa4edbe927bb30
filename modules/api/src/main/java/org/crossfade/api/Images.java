package org.crossfade.api;

import java.awt.image.BufferedImage;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.datasets.file.Pictures;

/** Java's pictures as images and labels, and back. */
public final class Images {
  private Images() {}

  /** Returns a picture as an image: 8 bits of red, green and blue; alpha is dropped. */
  public static Image of(BufferedImage picture) {
    return Pictures.image(picture);
  }

  /** Returns an image as a picture. */
  public static BufferedImage picture(Image image) {
    return Pictures.picture(image);
  }

  /**
   * Returns a grey or palette picture as labels: its samples are ids of classes, or 255.
   *
   * @throws IllegalArgumentException if a sample is above 255
   */
  public static LabelMap labels(BufferedImage ids) {
    return Pictures.ids(ids);
  }
}
