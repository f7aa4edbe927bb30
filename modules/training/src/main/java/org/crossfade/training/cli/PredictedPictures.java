package org.crossfade.training.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.datasets.file.LabelPictures;
import org.crossfade.datasets.kind.Cityscapes;

/**
 * The files that the labels of one image become.
 *
 * @param space the classes
 * @param labelIds the raw id of each class in Cityscapes' files, where one file of them is written
 */
record PredictedPictures(LabelSpace space, Optional<List<Integer>> labelIds) {
  private static final double OPACITY = 0.5;
  private static final List<String> ENDS = List.of("-train-ids.png", "-colour.png", "-overlay.png");

  /** The word for a palette picture of train ids, its colours, and those over the image. */
  static final String PICTURES = "pictures";

  /** The word for one file of label ids, as the server of Cityscapes wants them. */
  static final String CITYSCAPES = "cityscapes";

  /**
   * Returns the files of a format.
   *
   * @throws InvalidOptionsException if there is no such format, or Cityscapes lacks a class
   */
  static PredictedPictures of(String format, LabelSpace space) {
    if (format.equals(PICTURES)) {
      return new PredictedPictures(space, Optional.empty());
    }
    if (!format.equals(CITYSCAPES)) {
      throw new InvalidOptionsException(
          List.of(
              "--format %s: there is no such format; there are %s, %s"
                  .formatted(format, PICTURES, CITYSCAPES)));
    }
    var ids = new ArrayList<Integer>();
    var unknown = new ArrayList<String>();
    for (String name : space.classNames()) {
      ids.add(Cityscapes.RAW_IDS.indexOf(name));
      if (!Cityscapes.RAW_IDS.contains(name)) {
        unknown.add(name);
      }
    }
    if (!unknown.isEmpty()) {
      throw new InvalidOptionsException(
          List.of(
              "--format %s: Cityscapes has no class %s"
                  .formatted(CITYSCAPES, String.join(", ", unknown))));
    }
    return new PredictedPictures(space, Optional.of(ids));
  }

  /** Returns the files of an image's results. */
  List<Path> files(Path place) {
    List<String> ends = labelIds.isPresent() ? List.of(".png") : ENDS;
    return ends.stream().map(end -> place.resolveSibling(place.getFileName() + end)).toList();
  }

  /** Writes the files. */
  void write(Path place, Image image, LabelMap labels) throws IOException {
    List<Path> files = files(place);
    if (labelIds.isPresent()) {
      byte[] ids = labels.trainIds().clone();
      for (int i = 0; i < ids.length; i++) {
        ids[i] = labelIds.get().get(ids[i]).byteValue();
      }
      LabelPictures.writeIds(files.get(0), new LabelMap(labels.height(), labels.width(), ids));
      return;
    }
    LabelPictures.writeTrainIds(files.get(0), labels, space);
    LabelPictures.writeImage(files.get(1), LabelPictures.colours(labels, space));
    LabelPictures.writeImage(files.get(2), LabelPictures.overlay(image, labels, space, OPACITY));
  }
}
