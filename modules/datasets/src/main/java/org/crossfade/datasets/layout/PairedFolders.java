package org.crossfade.datasets.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.crossfade.core.data.DataException;

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

  private static final List<String> EXTENSIONS = List.of(".png", ".jpg", ".jpeg");

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
  public List<FilePair> list(String name, DataRoot root) {
    SortedMap<String, Path> images = images(name, root);
    SortedMap<String, Path> labelFiles = labelFiles(root);
    SortedSet<String> keys = new TreeSet<>(images.keySet());
    keys.addAll(labelFiles.keySet());
    if (images.isEmpty()) {
      throw wrongRoot(name, root, "no PNG or JPEG file below " + root.path().resolve(imageFolder));
    }
    return pairs(name, root, keys, images, labelFiles);
  }

  /**
   * The samples that a list file names, in its order, repetitions included.
   *
   * @throws DataException if the root is wrong, or the list cannot be read or is empty
   */
  public List<FilePair> list(String name, DataRoot root, ListFile list) {
    List<String> keys = list.names().stream().map(this::key).toList();
    return pairs(name, root, keys, images(name, root), labelFiles(root));
  }

  private SortedMap<String, Path> images(String name, DataRoot root) {
    if (!Files.isDirectory(root.path())) {
      throw wrongRoot(name, root, "there is no folder " + root.path());
    }
    Path folder = root.path().resolve(imageFolder);
    if (!Files.isDirectory(folder)) {
      throw wrongRoot(name, root, "there is no folder " + folder);
    }
    return files(folder, imageEnding);
  }

  private SortedMap<String, Path> labelFiles(DataRoot root) {
    return labelled(root.path()) && Files.isDirectory(root.path().resolve(labelFolder))
        ? files(root.path().resolve(labelFolder), labelEnding)
        : new TreeMap<>();
  }

  private List<FilePair> pairs(
      String name,
      DataRoot root,
      Iterable<String> keys,
      Map<String, Path> images,
      Map<String, Path> labelFiles) {
    boolean labelled = labelled(root.path());
    if (labelled && !Files.isDirectory(root.path().resolve(labelFolder))) {
      throw wrongRoot(name, root, "there is no folder " + root.path().resolve(labelFolder));
    }
    List<FilePair> pairs = new ArrayList<>();
    Map<String, String> keyOfId = new HashMap<>();
    for (String key : keys) {
      String id = id(key);
      String other = keyOfId.putIfAbsent(id, key);
      if (other != null && !other.equals(key)) {
        throw new DataException(
            root.path().resolve(imageFolder)
                + ": '"
                + other
                + "' and '"
                + key
                + "' would both be called '"
                + id
                + "'; rename one of them");
      }
      Path image = images.get(key);
      if (image == null) {
        image = root.path().resolve(imageFolder).resolve(key + imageEnding + ".png");
      }
      Path labelFile = labelFiles.get(key);
      if (labelFile == null) {
        labelFile = root.path().resolve(labelFolder).resolve(key + labelEnding + ".png");
      }
      pairs.add(new FilePair(id, image, labelled ? Optional.of(labelFile) : Optional.empty()));
    }
    return pairs;
  }

  private String key(String line) {
    String path = line.replace('\\', '/');
    path = path.substring(0, path.length() - extension(path).length());
    String lastFolder = imageFolder.substring(imageFolder.lastIndexOf('/') + 1);
    for (String prefix : List.of(imageFolder + "/", lastFolder + "/")) {
      path = path.startsWith(prefix) ? path.substring(prefix.length()) : path;
    }
    path =
        path.endsWith(imageEnding) ? path.substring(0, path.length() - imageEnding.length()) : path;
    if (naming == Naming.FILE_IN_CITY && path.indexOf('/') < 0 && path.indexOf('_') > 0) {
      return path.substring(0, path.indexOf('_')) + "/" + path;
    }
    return path;
  }

  private String id(String key) {
    return naming == Naming.FILE_IN_CITY
        ? key.substring(key.lastIndexOf('/') + 1)
        : key.replace('/', '_');
  }

  private static SortedMap<String, Path> files(Path folder, String ending) {
    SortedMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : (Iterable<Path>) paths::iterator) {
        String path = folder.relativize(file).toString().replace('\\', '/');
        String extension = extension(path);
        String stem = path.substring(0, path.length() - extension.length());
        if (!extension.isEmpty()
            && stem.endsWith(ending)
            && !file.getFileName().toString().startsWith(".")) {
          Path other = files.put(stem.substring(0, stem.length() - ending.length()), file);
          if (other != null) {
            throw new DataException(
                other + " and " + file.getFileName() + " have one name; remove one of them");
          }
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new DataException(folder + ": cannot be listed: " + e.getMessage(), e);
    }
    return files;
  }

  private static String extension(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    return EXTENSIONS.stream().filter(lower::endsWith).findFirst().orElse("");
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
