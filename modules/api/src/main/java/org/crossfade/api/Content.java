package org.crossfade.api;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.FileContent;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.subset.Subset;

/**
 * What a data set holds: every image was looked at once, found sound, and hashed.
 *
 * @param name of the data set
 * @param classes what its ids stand for
 * @param images how many
 * @param hash of what they hold
 * @param open gives the data set with the classes of a task
 */
record Content(
    String name,
    List<String> classes,
    int images,
    String hash,
    Function<LabelSpace, org.crossfade.core.data.Dataset> open) {
  private static final int HASH_DIGITS = 12;

  /**
   * Looks at a data set.
   *
   * @throws DataException naming the first image that can't be used
   */
  static Content of(Dataset data) {
    if (!data.name().matches("[\\w][\\w .-]*")) {
      throw new DataException(
          "a data set is called '%s'; expected letters, digits, blanks and . _ -"
              .formatted(data.name()));
    }
    if (data.size() < 1) {
      throw new DataException("the data set '" + data.name() + "' has no image");
    }
    if (data instanceof FolderDataset folder) {
      return ofFiles(folder);
    }
    var samples = new ArrayList<FileContent>();
    for (int i = 0; i < data.size(); i++) {
      String id = "%s-%06d".formatted(data.name().replace(' ', '-'), i);
      samples.add(new FileContent(id, hash(data, i)));
    }
    return new Content(
        data.name(),
        List.copyOf(data.classes()),
        data.size(),
        hash(samples.stream().map(FileContent::sha256).toList()),
        space -> new HeldDataset(data, List.copyOf(samples), space));
  }

  private static Content ofFiles(FolderDataset folder) {
    org.crossfade.core.data.Dataset files = folder.open(LabelSpace.of(19));
    if (files.labelled() && folder.classes().isEmpty()) {
      throw new DataException(
          "the data set '%s' has label files, and nothing says what their ids stand for: give the names of the classes"
              .formatted(folder.name()));
    }
    if (!files.labelled() && !folder.classes().isEmpty()) {
      throw new DataException(
          "the data set '%s' has classes, but there is no folder 'labels' beside its 'images'"
              .formatted(folder.name()));
    }
    var contents = new ArrayList<String>();
    for (int i = 0; i < files.size(); i++) {
      contents.add(files.id(i));
      files.contents(i).forEach(file -> contents.add(file.sha256()));
    }
    return new Content(folder.name(), folder.classes(), files.size(), hash(contents), folder::open);
  }

  /** Returns those images whose index passes. */
  Content part(String called, IntPredicate passes) {
    List<Integer> kept = IntStream.range(0, images).filter(passes).boxed().toList();
    return new Content(
        name + ", " + called,
        classes,
        kept.size(),
        hash(List.of(hash, kept.toString())),
        space -> new Subset(open.apply(space), kept));
  }

  /** Returns whether the images have labels. */
  boolean labelled() {
    return !classes.isEmpty();
  }

  /** Returns the section of options that records it. */
  Map<String, Object> section() {
    return Map.of("kind", "java", "name", name, "images", images, "content", hash);
  }

  @Override
  public String toString() {
    return "%s (%d images, %s)".formatted(name, images, hash.substring(0, HASH_DIGITS));
  }

  private static String hash(List<String> parts) {
    return Hashing.sha256().hashString(String.join("\n", parts), StandardCharsets.UTF_8).toString();
  }

  private static String hash(Dataset data, int index) {
    Image image = data.image(index);
    if (image == null) {
      throw refused(data, index, "is null");
    }
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putInt(image.height()).putInt(image.width()).putBytes(image.rgb());
    if (!data.classes().isEmpty()) {
      LabelMap labels = data.label(index);
      if (labels == null) {
        throw refused(data, index, "has no labels, and the data set has classes");
      }
      if (labels.height() != image.height() || labels.width() != image.width()) {
        throw refused(data, index, "is an %s and has a %s".formatted(image, labels));
      }
      for (byte raw : labels.trainIds()) {
        int id = raw & 0xFF;
        if (id >= data.classes().size() && id != LabelSpace.IGNORE) {
          throw refused(
              data,
              index,
              "has the label %d; its classes are 0 to %d, and 255 is ignored"
                  .formatted(id, data.classes().size() - 1));
        }
      }
      hasher.putBytes(labels.trainIds());
    }
    return hasher.hash().toString();
  }

  private static DataException refused(Dataset data, int index, String what) {
    return new DataException(
        "the data set '%s' can't be used: image %d %s".formatted(data.name(), index, what));
  }
}
