package org.crossfade.api;

import java.awt.image.BufferedImage;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.datasets.file.Pictures;

/** Java's pictures as images and labels, and back. */
public final class Images {
  private Images() {}

  /**
   * {@return a picture as an image: 8 bits of red, green and blue; alpha is dropped}
   *
   * @param picture of any size and type; later changes to it do not reach the image
   */
  public static Image of(BufferedImage picture) {
    return Pictures.image(picture);
  }

  /**
   * {@return an image as a new picture of the same size}
   *
   * @param image red, green and blue of 8 bits
   */
  public static BufferedImage picture(Image image) {
    return Pictures.picture(image);
  }

  /**
   * {@return a picture's samples as labels of the same size}
   *
   * @param ids a grey or palette picture, whose samples are ids of classes, or 255
   * @throws IllegalArgumentException if a sample is above 255
   */
  public static LabelMap labels(BufferedImage ids) {
    return Pictures.ids(ids);
  }
}
