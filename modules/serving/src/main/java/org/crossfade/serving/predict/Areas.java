package org.crossfade.serving.predict;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;

/**
 * What JSON says of an image.
 *
 * @param width W
 * @param height H
 * @param classes the area of each class, by train id
 * @param waitedSeconds until its batch began
 * @param predictedSeconds that its batch took, decoding included
 * @param batch how many images were in it
 * @param picture a palette PNG of train ids, as a {@code data:} address, where it was asked for
 */
record Areas(
    int width,
    int height,
    List<Area> classes,
    double waitedSeconds,
    double predictedSeconds,
    int batch,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> picture) {
  /**
   * The area of one class.
   *
   * @param id train id
   * @param name of the class
   * @param colour {@code #rrggbb}
   * @param pixels of the class
   * @param share of all pixels, 0 to 1
   */
  record Area(int id, String name, String colour, long pixels, double share) {}

  static Areas of(Prediction prediction, LabelSpace space, Optional<String> picture) {
    LabelMap labels = prediction.labels();
    long[] pixels = new long[256];
    for (byte id : labels.trainIds()) {
      pixels[id & 0xFF]++;
    }
    var areas = new ArrayList<Area>();
    for (int id = 0; id < space.classes(); id++) {
      areas.add(
          new Area(
              id,
              space.className(id),
              String.format("#%06x", space.rgb(id)),
              pixels[id],
              (double) pixels[id] / labels.trainIds().length));
    }
    return new Areas(
        labels.width(),
        labels.height(),
        areas,
        prediction.waitedSeconds(),
        prediction.seconds(),
        prediction.batch(),
        picture);
  }
}
