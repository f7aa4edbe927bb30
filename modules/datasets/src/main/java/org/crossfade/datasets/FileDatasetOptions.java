package org.crossfade.datasets;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.content.FileHashes;
import org.crossfade.datasets.file.LabelFiles;
import org.crossfade.datasets.layout.DataRoot;
import org.crossfade.datasets.layout.FileDataset;
import org.crossfade.datasets.layout.FileDataset.LabelSize;
import org.crossfade.datasets.layout.ListFile;
import org.crossfade.datasets.layout.Listing;
import org.crossfade.datasets.layout.PairedFolders;

/**
 * Options of a data set of image and label files. Its root is looked up under its alias, or else
 * under its kind.
 */
public interface FileDatasetOptions extends DatasetOptions {
  /** Returns the name of the kind, as options write it: {@code "cross-city"}. */
  String kind();

  /** Returns the split: {@code "train"}. */
  String split();

  /** Returns the name under which the root is looked up, if not the kind's. */
  Optional<String> alias();

  /**
   * Returns a list file of images in place of all that the tree holds: absolute, or below the data
   * root, or else below the working directory.
   */
  Optional<String> list();

  /**
   * Returns where the files lie.
   *
   * @param root the data root; need not exist
   */
  PairedFolders tree(Path root);

  /** Returns the reader of label files, which maps raw ids to the ids of {@code space}. */
  LabelFiles labelFiles(LabelSpace space);

  /** Returns whether a label map may differ in size from its image; if not told otherwise, no. */
  default LabelSize labelSize() {
    return LabelSize.AS_IMAGE;
  }

  @Override
  default void requireFits(LabelSpace space) {
    labelFiles(space);
  }

  @Override
  default String name() {
    return alias().orElse(kind());
  }

  /**
   * Returns the list file that is read, if one is.
   *
   * @throws org.crossfade.core.data.DataException if it does not exist
   */
  default Optional<ListFile> listFile(DataRoot root) {
    return list().map(text -> ListFile.find(text, root, name()));
  }

  @Override
  default Dataset open(LabelSpace space, DataRoots roots) {
    String rootName = alias().orElse(kind());
    DataRoot root = roots.resolve(rootName, tree(Path.of("")).tree());
    PairedFolders folders = tree(root.path());
    Listing listing =
        listFile(root)
            .map(list -> folders.list(rootName, root, list))
            .orElseGet(() -> folders.list(rootName, root));
    return new FileDataset(
        name(),
        split(),
        listing,
        labelFiles(space),
        labelSize(),
        new FileHashes(root.path(), roots.cache()));
  }

  /**
   * Checks the name of a split.
   *
   * @param kind for the message
   * @param valid the splits that there are
   * @throws IllegalArgumentException if {@code split} is none of them
   */
  static void requireSplit(String kind, String split, String... valid) {
    if (!List.of(valid).contains(split)) {
      throw new IllegalArgumentException(
          kind + " has no split '" + split + "'; valid: " + String.join(", ", valid));
    }
  }
}
