package org.crossfade.datasets.layout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.crossfade.core.data.DataException;
import org.crossfade.datasets.layout.ListFile.Line;

/**
 * What the lines of a list mean. A name is looked up among the images of the tree. A path that is
 * absolute or leaves the image folder is read where it lies, after all links are resolved, below a
 * root that the user named, and nowhere else.
 *
 * @param folders the layout
 * @param root of the data set
 * @param images of the tree, by key
 * @param labelFiles of the tree, by key
 */
record ListedImages(
    PairedFolders folders, DataRoot root, Map<String, Path> images, Map<String, Path> labelFiles) {
  private static final Pattern COLUMNS = Pattern.compile("\\s*[,;\\t]\\s*|\\s+");
  private static final int SHOWN = 12;

  /** An image that a line names, and its label file as the layout has it. */
  private record Found(String id, Path image, Optional<Path> labels) {}

  /** A line that can't be used: the message says why, and what to do. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String why) {
      super(why);
    }
  }

  /**
   * The samples of a list.
   *
   * @throws DataException with file, line and reason of what can't be used
   */
  List<FilePair> pairs(ListFile list) {
    List<FilePair> pairs = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Line line : list.lines()) {
      try {
        pairs.add(pair(line.text()));
      } catch (Refusal e) {
        refused.add(
            "%s:%d: '%s' %s".formatted(list.file(), line.number(), line.text(), e.getMessage()));
      } catch (InvalidPathException e) {
        refused.add(
            "%s:%d: '%s' can't be a file name: %s"
                .formatted(list.file(), line.number(), line.text(), e.getReason()));
      } catch (IOException e) {
        refused.add(
            "%s:%d: '%s' can't be found: %s"
                .formatted(list.file(), line.number(), line.text(), e.getMessage()));
      }
    }
    if (refused.size() > SHOWN) {
      int more = refused.size() - SHOWN;
      refused.subList(SHOWN, refused.size()).clear();
      refused.add("and " + more + " lines more");
    }
    if (!refused.isEmpty()) {
      throw new DataException(
          "the list of " + list.dataset() + " can't be used:\n" + String.join("\n", refused));
    }
    requireLabels(list, pairs);
    return pairs;
  }

  /** Either all samples have labels or none. */
  private void requireLabels(ListFile list, List<FilePair> pairs) {
    boolean any = pairs.stream().anyMatch(pair -> pair.labels().isPresent());
    List<String> without =
        pairs.stream().filter(pair -> pair.labels().isEmpty()).map(FilePair::id).toList();
    if (any && !without.isEmpty()) {
      throw new DataException(
          "%s: some of the images have label files and %d have none, '%s' first; name theirs in a"
                  .formatted(list.file(), without.size(), without.get(0))
              + " second column");
    }
  }

  private FilePair pair(String text) throws Refusal, IOException {
    Optional<Found> whole = image(text);
    if (whole.isPresent()) {
      return pair(whole.get(), whole.get().labels());
    }
    for (MatchResult gap : COLUMNS.matcher(text).results().toList()) {
      Optional<Found> first = image(text.substring(0, gap.start()));
      if (first.isPresent()) {
        return pair(first.get(), Optional.of(labels(first.get(), text.substring(gap.end()))));
      }
    }
    throw new Refusal("names no image below " + folder() + similar(text));
  }

  private FilePair pair(Found found, Optional<Path> labels) throws Refusal, IOException {
    if (labels.isEmpty() && folders.labelled(root.path())) {
      throw new Refusal("lies outside the image folder; name its label file in a second column");
    }
    if (labels.isPresent()
        && Files.exists(labels.get())
        && Files.isSameFile(labels.get(), found.image())) {
      throw new Refusal("is its own label file; a label file holds a class id in every pixel");
    }
    return new FilePair(found.id(), found.image(), labels);
  }

  private Path folder() {
    return root.path().resolve(folders.imageFolder());
  }

  private static String normal(String text) {
    return text.replace('\\', '/').replaceFirst("^(\\./+)+", "").replaceAll("/(\\./|/)+", "/");
  }

  private static boolean climbs(String path) {
    return ("/" + path + "/").contains("/../");
  }

  private Optional<Found> image(String text) throws Refusal, IOException {
    String path = normal(text);
    if (path.startsWith("/") && Files.exists(Path.of(path))) {
      return Optional.of(elsewhere(Path.of(path)));
    }
    String below = path.replaceFirst("^/+", "");
    if (!climbs(below)) {
      String key = folders.key(below);
      if (images.containsKey(key)) {
        return Optional.of(ofTree(key));
      }
    }
    for (Path start : List.of(folder(), root.path())) {
      if (!below.isEmpty() && Files.isRegularFile(start.resolve(below))) {
        return Optional.of(elsewhere(start.resolve(below)));
      }
    }
    return Optional.empty();
  }

  private Found ofTree(String key) {
    Path labelFile = labelFiles.getOrDefault(key, folders.labelFile(root.path(), key));
    return new Found(
        folders.id(key),
        images.get(key),
        folders.labelled(root.path()) ? Optional.of(labelFile) : Optional.empty());
  }

  /** A file that is named by its place, not as an image of the tree. */
  private Found elsewhere(Path file) throws Refusal, IOException {
    Path real = real(file);
    for (Path one : root.allowed()) {
      Path labelFolder = one.resolve(folders.labelFolder());
      Path imageFolder = one.resolve(folders.imageFolder());
      if (isBelow(real, imageFolder)) {
        String key = folders.key(imageFolder.toRealPath().relativize(real).toString());
        if (one.equals(root.path()) && images.containsKey(key)) {
          return ofTree(key);
        }
        boolean labelled = folders.labelled(one) && folders.labelled(root.path());
        return new Found(
            folders.id(key),
            real,
            labelled ? Optional.of(folders.labelFile(one, key)) : Optional.empty());
      }
      if (isBelow(real, labelFolder)) {
        throw new Refusal("is a label file; lists name images, label files in a second column");
      }
    }
    for (Path one : root.allowed()) {
      if (isBelow(real, one)) {
        String below = one.toRealPath().relativize(real).toString();
        return new Found(folders.id(folders.key(below)), real, Optional.empty());
      }
    }
    throw outside(real);
  }

  private Path real(Path file) throws Refusal, IOException {
    if (!Files.isRegularFile(file)) {
      throw new Refusal("is a folder or a device, not an image");
    }
    return file.toRealPath();
  }

  private static boolean isBelow(Path real, Path folder) throws IOException {
    return Files.isDirectory(folder) && real.startsWith(folder.toRealPath());
  }

  private Refusal outside(Path real) {
    return new Refusal(
        "is %s, which lies below none of the data roots (%s). Name its folder too, as in --data-root"
                .formatted(
                    real, String.join(", ", root.allowed().stream().map(Path::toString).toList()))
            + " more="
            + real.getParent()
            + ", if its files may be read");
  }

  private Path labels(Found image, String text) throws Refusal, IOException {
    String path = normal(text);
    String below = path.replaceFirst("^/+", "");
    Path labelFolder = root.path().resolve(folders.labelFolder());
    List<Path> places = new ArrayList<>();
    if (path.startsWith("/")) {
      places.add(Path.of(path));
    }
    List.of(labelFolder, root.path(), folder()).forEach(start -> places.add(start.resolve(below)));
    Path file =
        places.stream()
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(
                () -> new Refusal("has two columns, and the second one names no label file"));
    Path real = file.toRealPath();
    if (!root.holds(file) && !isBelow(real, labelFolder)) {
      throw outside(real);
    }
    Optional<Path> own = image.labels().filter(Files::exists);
    if (own.isPresent() && Files.isSameFile(own.get(), file)) {
      return own.get();
    }
    if (isBelow(real, labelFolder)) {
      String key = folders.labelKey(labelFolder.toRealPath().relativize(real).toString());
      if (images.containsKey(key)) {
        throw new Refusal(
            "has two columns, and the second one is the label file of another image, "
                + images.get(key).getFileName());
      }
    }
    return real;
  }

  private String similar(String text) {
    String key = folders.key(normal(text));
    return images.keySet().stream()
        .filter(key::equalsIgnoreCase)
        .findFirst()
        .map(
            other ->
                "; there is '" + images.get(other).getFileName() + "': upper and lower case differ")
        .orElse("");
  }
}
