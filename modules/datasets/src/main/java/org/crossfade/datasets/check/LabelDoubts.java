package org.crossfade.datasets.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.datasets.file.LabelFiles.Inspection;

/**
 * What makes one doubt that files hold the ids that they are read as. Each doubt alone may be
 * harmless, so it is a warning, with the first file; what can't be is refused elsewhere.
 */
final class LabelDoubts {
  private static final int CLASSES_OF_CITYSCAPES = 19;
  private static final int FEW_IDS = 3;
  private static final double MOST_SPECKLES = 0.05;
  private static final double MOST_IGNORED = 0.95;

  private final RawLabelTable table;
  private final int lastTrainId;
  private final OptionalInt road;
  private final OptionalInt sky;
  private final boolean rawIdsGoFurther;
  private final boolean ignoresIdsOfItsOwn;
  private final Map<String, List<Path>> doubts = new LinkedHashMap<>();
  private final long[] pixels = new long[LabelSpace.IGNORE + 1];
  private int files;
  private int filesWithBoth;

  LabelDoubts(RawLabelTable table) {
    this.table = table;
    lastTrainId = Math.max(CLASSES_OF_CITYSCAPES, table.space().classes()) - 1;
    road = table.space().idOf("road");
    sky = table.space().idOf("sky");
    int beyond = 0;
    int classes = 0;
    boolean ignores = false;
    for (int raw = 0; raw < LabelSpace.IGNORE; raw++) {
      boolean isClass = table.trainId(raw) != LabelSpace.IGNORE;
      classes += isClass ? 1 : 0;
      beyond += isClass && raw > lastTrainId ? 1 : 0;
      ignores |= !isClass && table.knows(raw);
    }
    rawIdsGoFurther = 2 * beyond > classes;
    ignoresIdsOfItsOwn = ignores;
  }

  /** Looks at one label file. */
  void add(Path file, Inspection found) {
    files++;
    LabelMap labels = found.decoded().labels();
    for (byte id : labels.trainIds()) {
      pixels[id & 0xFF]++;
    }
    var ids = new ArrayList<>(found.pixels().keySet());
    boolean marked = ids.remove(Integer.valueOf(LabelSpace.IGNORE));
    boolean low = !ids.isEmpty() && ids.get(ids.size() - 1) <= lastTrainId;
    if (rawIdsGoFurther && low && ids.size() >= FEW_IDS) {
      doubt(
          "hold no id above " + lastTrainId + ", as files of train ids do; are they raw ids?",
          file);
    } else if (ignoresIdsOfItsOwn && marked) {
      doubt("hold 255, which is no id of this coding; are they train ids?", file);
    }
    if (speckles(labels) > MOST_SPECKLES) {
      doubt(
          "are speckled: many pixels are unlike both neighbours; were they JPEGs, or resized"
              + " smoothly?",
          file);
    }
    if (road.isPresent() && sky.isPresent()) {
      double roadRow = meanRow(labels, road.getAsInt());
      double skyRow = meanRow(labels, sky.getAsInt());
      filesWithBoth += Double.isNaN(roadRow + skyRow) ? 0 : 1;
      if (skyRow > roadRow) {
        doubt("have the sky below the road; are they turned, or other ids?", file);
      }
    }
  }

  private void doubt(String what, Path file) {
    doubts.computeIfAbsent(what, w -> new ArrayList<>()).add(file);
  }

  /** All doubts, one a line. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    doubts.forEach(
        (what, found) -> {
          boolean rare = what.contains("sky") && 2 * found.size() < filesWithBoth;
          if (!rare) {
            warnings.add(
                "%d of %d label files (%s first) %s"
                    .formatted(found.size(), files, found.get(0), what));
          }
        });
    long all = 0;
    List<String> present = new ArrayList<>();
    for (int id = 0; id < pixels.length; id++) {
      all += pixels[id];
      if (pixels[id] > 0 && id < table.space().classes()) {
        present.add(table.space().className(id));
      }
    }
    double ignored = all == 0 ? 0 : (double) pixels[LabelSpace.IGNORE] / all;
    if (ignored > MOST_IGNORED) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%.1f %% of the pixels are ignored; is '%s' the coding of these files?",
              100 * ignored,
              table.name()));
    } else if (present.size() == 1 && files > 1) {
      warnings.add(
          "all labels are '%s'; are these masks of something else, or another coding than '%s'?"
              .formatted(present.get(0), table.name()));
    }
    return warnings;
  }

  private static double speckles(LabelMap labels) {
    byte[] ids = labels.trainIds();
    int width = labels.width();
    long speckles = 0;
    for (int y = 0; y < labels.height(); y++) {
      for (int at = y * width + 1; at < (y + 1) * width - 1; at++) {
        if (ids[at] != ids[at - 1] && ids[at] != ids[at + 1]) {
          speckles++;
        }
      }
    }
    return (double) speckles / ids.length;
  }

  private static double meanRow(LabelMap labels, int id) {
    byte[] ids = labels.trainIds();
    long count = 0;
    long rows = 0;
    for (int at = 0; at < ids.length; at++) {
      if ((ids[at] & 0xFF) == id) {
        count++;
        rows += at / labels.width();
      }
    }
    return count == 0 ? Double.NaN : (double) rows / count;
  }
}
