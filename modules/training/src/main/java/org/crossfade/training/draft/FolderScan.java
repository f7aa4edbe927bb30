package org.crossfade.training.draft;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.datasets.file.ImageFiles;
import org.crossfade.datasets.file.LabelFiles;
import org.crossfade.datasets.kind.Folder;
import org.crossfade.datasets.layout.DataRoot;
import org.crossfade.datasets.layout.FilePair;

/**
 * What lies in a folder of {@code images/} and perhaps {@code labels/}.
 *
 * @param part what the folder is for: {@code source}, {@code target} or {@code validation}
 * @param root the folder
 * @param names of the images below {@code images/}, sorted
 * @param labelled whether there is a folder of labels
 * @param size that most of the images have
 * @param sizes how many different sizes there are
 * @param looked how many label files were read
 * @param pixels that have each raw id in them, without 255
 */
record FolderScan(
    String part,
    Path root,
    List<String> names,
    boolean labelled,
    PixelSize size,
    int sizes,
    int looked,
    SortedMap<Integer, Long> pixels) {
  /** Enough to meet every class that is not very rare. */
  private static final int MOST = 300;

  /**
   * Reads the headers of images and the ids of label files, of larger folders of some evenly spaced
   * ones.
   *
   * @throws DataException if the folder looks different, or a file can't be read
   */
  static FolderScan of(String part, Path root) {
    var folder = new Folder("all", Optional.of(part), Optional.empty(), Optional.empty());
    List<FilePair> pairs =
        folder
            .tree(root)
            .list(part, new DataRoot(root.toAbsolutePath(), "--" + part + " " + root, List.of()))
            .pairs();
    Path images = root.toAbsolutePath().resolve("images");
    var names = new ArrayList<String>();
    for (FilePair pair : pairs) {
      names.add(images.relativize(pair.image()).toString().replace('\\', '/'));
    }
    int step = Math.max(1, (pairs.size() + MOST - 1) / MOST);
    var sizes = new HashMap<PixelSize, Integer>();
    var pixels = new TreeMap<Integer, Long>();
    int looked = 0;
    LabelFiles raw = rawIds();
    for (int i = 0; i < pairs.size(); i += step) {
      FilePair pair = pairs.get(i);
      sizes.merge(ImageFiles.size(pair.image()), 1, Integer::sum);
      // One that is missing is for check-data to list, with all others.
      if (pair.labels().filter(Files::exists).isPresent()) {
        looked++;
        raw.decode(pair.labels().get())
            .unknown()
            .forEach((id, count) -> pixels.merge(id, (long) count, Long::sum));
      }
    }
    PixelSize size =
        sizes.entrySet().stream()
            .max(
                Map.Entry.<PixelSize, Integer>comparingByValue()
                    .thenComparing(e -> e.getKey().width())
                    .thenComparing(e -> e.getKey().height()))
            .orElseThrow()
            .getKey();
    return new FolderScan(
        part,
        root,
        names.stream().sorted(Comparator.naturalOrder()).toList(),
        pairs.get(0).labels().isPresent(),
        size,
        sizes.size(),
        looked,
        pixels);
  }

  /** A coding that knows no id but 255: what a file holds is what it does not know. */
  private static LabelFiles rawIds() {
    return new LabelFiles(
        RawLabelTable.of("raw ids", LabelSpace.of(19), List.of()), LabelFiles.Channel.ONLY);
  }

  /** Returns the share of an id among the labelled pixels, 0..1. */
  double share(int id) {
    long all = pixels.values().stream().mapToLong(Long::longValue).sum();
    return all == 0 ? 0 : (double) pixels.getOrDefault(id, 0L) / all;
  }
}
