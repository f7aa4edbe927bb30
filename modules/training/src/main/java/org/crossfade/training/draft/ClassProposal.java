package org.crossfade.training.draft;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.crossfade.core.data.DataException;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.kind.Cityscapes;

/**
 * The classes of a draft: those that the user named, or one for each id that label files hold.
 *
 * @param space the classes
 * @param written what the options say behind {@code task.classes}
 * @param found whether they are those of the label files, to be given names
 */
record ClassProposal(LabelSpace space, String written, boolean found) {
  private static final String UNNAMED = "class ";

  /**
   * Returns a class for every id in the label files.
   *
   * @param table the file that will hold them
   * @throws DataException if there are fewer than two, or more than there can be
   */
  static ClassProposal of(List<FolderScan> scans, String table) {
    var ids = new TreeSet<Integer>();
    scans.forEach(scan -> ids.addAll(scan.pixels().keySet()));
    if (ids.size() < 2 || ids.size() > 255) {
      throw new DataException(
          "the label files of %s hold %s; expected at least two classes and at most 255. Of a colour picture the colours are no ids: a label file has one channel of them"
              .formatted(
                  String.join(
                      " and ", scans.stream().map(s -> s.root().resolve("labels") + "").toList()),
                  ids.isEmpty()
                      ? "no id but 255"
                      : ids.size() < 2
                          ? "the id " + ids.first() + " alone"
                          : ids.size() + " ids from " + ids.first() + " to " + ids.last()));
    }
    return new ClassProposal(
        LabelSpace.ofNames(ids.stream().map(id -> UNNAMED + id).toArray(String[]::new)),
        "\"" + table + "\"",
        true);
  }

  /** Returns the table of classes, for a file. */
  String table() {
    var lines = new ArrayList<>(List.of("name,colour,thing,groups"));
    for (int id = 0; id < space.classes(); id++) {
      lines.add(String.format(Locale.ROOT, "%s,#%06x,false,", space.className(id), space.rgb(id)));
    }
    return String.join("\n", lines) + "\n";
  }

  /**
   * Returns what each raw id of a folder stands for.
   *
   * @return raw id to a class's id, 255 where it is to be ignored, empty where only a person knows;
   *     nothing at all if the files hold train ids
   */
  SortedMap<Integer, OptionalInt> entries(FolderScan scan) {
    var entries = new TreeMap<Integer, OptionalInt>();
    if (found) {
      scan.pixels().keySet().forEach(id -> entries.put(id, space.idOf(UNNAMED + id)));
      return entries;
    }
    int inFiles = space.classNamesInFiles().size();
    if (scan.pixels().isEmpty() || scan.pixels().lastKey() < inFiles) {
      return entries;
    }
    boolean cityscapes =
        scan.pixels().lastKey() < Cityscapes.RAW_IDS.size()
            && Cityscapes.RAW_IDS.stream().anyMatch(name -> space.idOf(name).isPresent());
    for (int raw : scan.pixels().keySet()) {
      entries.put(
          raw,
          cityscapes
              ? OptionalInt.of(space.idOf(Cityscapes.RAW_IDS.get(raw)).orElse(LabelSpace.IGNORE))
              : OptionalInt.empty());
    }
    return entries;
  }

  /** Returns what a table's line says of an id, behind a {@code #}. */
  String remark(FolderScan scan, int raw, Optional<Integer> id) {
    String name =
        id.map(i -> i == LabelSpace.IGNORE ? "ignored" : space.className(i))
            .orElse("which class is it?");
    return String.format(Locale.ROOT, "%s, %.2f %% of the pixels", name, 100 * scan.share(raw));
  }
}
