package org.crossfade.datasets.layout;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.crossfade.core.data.DataException;
import org.crossfade.datasets.layout.FolderListing.Reason;

/**
 * The layout that all data sets here share: image files under one folder, label files under
 * another, paired by what is left of their paths without folder, ending and extension.
 *
 * @param imageFolder of the images, below the root, with forward slashes
 * @param imageEnding of an image's name before its extension, such as {@code "_leftImg8bit"}
 * @param labelFolder of the label files, below the root
 * @param labelEnding of a label file's name before its extension
 * @param labels whether there must be, may be, or never are label files
 * @param naming how a sample is called
 * @param tree the tree that is expected below the root, for messages
 */
public record PairedFolders(
    String imageFolder,
    String imageEnding,
    String labelFolder,
    String labelEnding,
    Labels labels,
    Naming naming,
    String tree) {

  /** Whether a data set has label files. */
  public enum Labels {
    /** Without the label folder the root is wrong. */
    REQUIRED,
    /** Without the label folder the data set is unlabelled. */
    OPTIONAL,
    /** There are none. */
    NONE
  }

  /** How samples are called. */
  public enum Naming {
    /** By path below the image folder, slashes replaced by underscores. */
    PATH,
    /**
     * By file name alone, which starts with the name of the folder it lies in and an underscore, as
     * in Cityscapes.
     */
    FILE_IN_CITY
  }

  /** What converters write beside a label file, and nobody labelled. */
  private static final List<String> DERIVED =
      List.of("_labelTrainIds", "_labelIds", "_instanceIds", "_instanceTrainIds", "_color");

  /** Whether the data set under that root has label files. */
  public boolean labelled(Path root) {
    return labels == Labels.REQUIRED
        || (labels == Labels.OPTIONAL && Files.isDirectory(root.resolve(labelFolder)));
  }

  /**
   * All samples below the root in sorted order: those that have an image or a label file, so that a
   * missing half is noticed.
   *
   * @throws DataException if the root is wrong, or has no image at all
   */
  public Listing list(String name, DataRoot root) {
    FolderListing images = images(name, root);
    FolderListing labelFiles = labelFiles(name, root, images);
    SortedSet<String> keys = new TreeSet<>(images.files().keySet());
    keys.addAll(labelFiles.files().keySet());
    if (images.files().isEmpty()) {
      throw wrongRoot(
          name,
          root,
          String.join(
              "\n  ",
              Stream.concat(
                      Stream.of("no PNG or JPEG file below " + root.path().resolve(imageFolder)),
                      images.skipped().stream())
                  .toList()));
    }
    boolean labelled = labelled(root.path());
    List<FilePair> pairs = new ArrayList<>();
    for (String key : keys) {
      Path image = images.files().getOrDefault(key, imageFile(root.path(), key));
      Path labelFile = labelFiles.files().getOrDefault(key, labelFile(root.path(), key));
      pairs.add(new FilePair(id(key), image, labelled ? Optional.of(labelFile) : Optional.empty()));
    }
    UniqueIds.require(pairs);
    return new Listing(
        pairs, Stream.concat(images.skipped().stream(), labelFiles.skipped().stream()).toList());
  }

  /**
   * The samples that a list file names, in its order, repetitions included.
   *
   * @throws DataException if the root is wrong, or the list cannot be read, is empty, or has lines
   *     that name no image of the user's data
   */
  public Listing list(String name, DataRoot root, ListFile list) {
    FolderListing images = images(name, root);
    FolderListing labelFiles = labelFiles(name, root, images);
    List<FilePair> pairs =
        new ListedImages(this, root, images.files(), labelFiles.files()).pairs(list);
    UniqueIds.require(pairs);
    return new Listing(pairs, List.of());
  }

  private FolderListing images(String name, DataRoot root) {
    if (!Files.isDirectory(root.path())) {
      throw wrongRoot(name, root, "there is no folder " + root.path());
    }
    Path folder = root.path().resolve(imageFolder);
    if (!Files.isDirectory(folder)) {
      throw wrongRoot(name, root, "there is no folder " + folder);
    }
    return FolderListing.of(folder, imageEnding);
  }

  private FolderListing labelFiles(String name, DataRoot root, FolderListing images) {
    Path folder = root.path().resolve(labelFolder);
    if (!labelled(root.path())) {
      return FolderListing.empty(folder);
    }
    if (!Files.isDirectory(folder)) {
      throw wrongRoot(name, root, "there is no folder " + folder);
    }
    FolderListing labelFiles = FolderListing.of(folder, labelEnding);
    for (String key : List.copyOf(labelFiles.files().keySet())) {
      boolean derived =
          DERIVED.stream()
              .filter(key::endsWith)
              .map(ending -> key.substring(0, key.length() - ending.length()))
              .anyMatch(labelFiles.files()::containsKey);
      if (derived && !images.files().containsKey(key)) {
        labelFiles.skip(key, Reason.DERIVED);
      }
    }
    return labelFiles;
  }

  /** Where the image of a key is expected. */
  Path imageFile(Path root, String key) {
    return root.resolve(imageFolder).resolve(key + imageEnding + ".png");
  }

  /** Where the label file of a key is expected. */
  Path labelFile(Path root, String key) {
    return root.resolve(labelFolder).resolve(key + labelEnding + ".png");
  }

  /**
   * What is left of an image's path in a list.
   *
   * @param path with forward slashes, below the image folder or the root; ending and extension may
   *     be missing
   */
  String key(String path) {
    String stem = path.substring(0, path.length() - FolderListing.extension(path).length());
    String lastFolder = imageFolder.substring(imageFolder.lastIndexOf('/') + 1);
    for (String prefix : List.of(imageFolder + "/", lastFolder + "/")) {
      stem = stem.startsWith(prefix) ? stem.substring(prefix.length()) : stem;
    }
    stem =
        stem.endsWith(imageEnding) ? stem.substring(0, stem.length() - imageEnding.length()) : stem;
    if (naming == Naming.FILE_IN_CITY && stem.indexOf('/') < 0 && stem.indexOf('_') > 0) {
      return stem.substring(0, stem.indexOf('_')) + "/" + stem;
    }
    return stem;
  }

  /** What is left of a label file's path below the label folder. */
  String labelKey(String path) {
    String stem = path.substring(0, path.length() - FolderListing.extension(path).length());
    return stem.endsWith(labelEnding)
        ? stem.substring(0, stem.length() - labelEnding.length())
        : stem;
  }

  /** What the sample of a key is called. */
  String id(String key) {
    return naming == Naming.FILE_IN_CITY
        ? key.substring(key.lastIndexOf('/') + 1)
        : key.replace('/', '_');
  }

  private DataException wrongRoot(String name, DataRoot root, String found) {
    return new DataException(
        "data set '"
            + name
            + "': "
            + found
            + "\n  data root: "
            + root.path()
            + " (from "
            + root.origin()
            + ")"
            + "\n  expected tree:\n"
            + tree.stripTrailing().indent(4).stripTrailing());
  }
}
