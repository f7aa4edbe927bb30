package org.crossfade.datasets.file;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import org.crossfade.core.data.DataException;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;

/**
 * Whether a palette agrees with the ids. A tool that saves a palette image anew may sort its
 * colours: it looks the same, and every index means something else.
 */
final class PaletteCheck {
  /** Tools round colours. */
  private static final int TOLERANCE = 2;

  private PaletteCheck() {}

  /**
   * Compares the colours of a file's ids with those of the classes. Colours of no class say
   * nothing.
   *
   * @throws DataException if more ids have another class's colour than their own
   */
  static void require(
      Path file, RawLabelTable table, Collection<Integer> rawIds, List<Integer> palette) {
    int own = 0;
    int foreign = 0;
    String first = "";
    for (int raw : rawIds) {
      OptionalInt owner =
          raw < palette.size() ? owner(table.space(), palette.get(raw)) : OptionalInt.empty();
      if (owner.isEmpty()) {
        continue;
      }
      if (owner.getAsInt() == table.trainId(raw)) {
        own++;
      } else {
        foreign++;
        first = first.isEmpty() ? contradiction(table, raw, owner.getAsInt()) : first;
      }
    }
    if (foreign > 1 && foreign > own) {
      throw new DataException(
          "%s: the palette contradicts the ids: %s, and so for %d of %d ids that have a class's"
                  .formatted(file, first, foreign, own + foreign)
              + " colour. A tool has sorted the palette anew, or these are ids of another coding"
              + " than '%s'; take the original files, or convert by colour"
                  .formatted(table.name()));
    }
  }

  private static String contradiction(RawLabelTable table, int raw, int owner) {
    LabelSpace space = table.space();
    int id = table.trainId(raw);
    return "id %d is %s and has the colour of '%s'"
        .formatted(
            raw,
            id == LabelSpace.IGNORE ? "ignored" : "'" + space.className(id) + "'",
            space.className(owner));
  }

  private static OptionalInt owner(LabelSpace space, int rgb) {
    for (int id = 0; id < space.classes(); id++) {
      if (near(space.rgb(id), rgb)) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }

  private static boolean near(int one, int other) {
    for (int shift = 0; shift <= 16; shift += 8) {
      if (Math.abs(((one >> shift) & 0xFF) - ((other >> shift) & 0xFF)) > TOLERANCE) {
        return false;
      }
    }
    return true;
  }
}
