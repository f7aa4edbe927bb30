package org.crossfade.datasets.sampling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.LabelMap;
import org.crossfade.datasets.stream.DecodingPool;
import org.crossfade.datasets.stream.Prefetcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which classes occur in each image of a labelled data set. Finding out takes one pass over all
 * label maps, so the answer is kept in a file.
 */
public final class ClassPresence {
  private static final Logger LOG = LoggerFactory.getLogger(ClassPresence.class);

  private final int classes;
  private final int[] masks;

  private ClassPresence(int classes, int[] masks) {
    this.classes = classes;
    this.masks = masks;
  }

  /**
   * Reads all label maps.
   *
   * @throws org.crossfade.core.data.DataException naming the first label file that is not usable
   */
  public static ClassPresence scan(Dataset dataset, DecodingPool pool) {
    int size = dataset.size();
    int[] masks = new int[size];
    LOG.info("{} {}: reading {} label maps, once", dataset.name(), dataset.split(), size);
    try (Prefetcher<Integer> scan =
        new Prefetcher<>(
            pool, i -> mask(dataset.readLabels((int) i)), 0, size, 4 * pool.threads())) {
      for (int i = 0; i < size; i++) {
        masks[i] = scan.next();
        if ((i + 1) % 2500 == 0) {
          LOG.info("{} of {} label maps read", i + 1, size);
        }
      }
    }
    return new ClassPresence(dataset.labelSpace().classes(), masks);
  }

  /**
   * The result of an earlier scan of the same data set (same ids, same label coding) if {@code
   * cacheFolder} holds one, else of a new scan, which is left there. A label file that is changed
   * in place is not noticed: delete the cached file then.
   *
   * @throws IOException if the result cannot be written
   */
  public static ClassPresence cached(Dataset dataset, Path cacheFolder, DecodingPool pool)
      throws IOException {
    Path file = cacheFolder.resolve("class-presence-" + dataset.fingerprint() + ".json");
    Optional<ClassPresence> earlier = read(file, dataset);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    ClassPresence presence = scan(dataset, pool);
    presence.write(file, dataset);
    return presence;
  }

  private static int mask(LabelMap labels) {
    boolean[] present = new boolean[256];
    for (byte id : labels.trainIds()) {
      present[id & 0xFF] = true;
    }
    int mask = 0;
    for (int c = 0; c < 31; c++) {
      mask |= present[c] ? 1 << c : 0;
    }
    return mask;
  }

  private static Optional<ClassPresence> read(Path file, Dataset dataset) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode root = new ObjectMapper().readTree(file.toFile());
      JsonNode classesOfImages = root.path("classes-of-images");
      int classes = root.path("classes").asInt();
      if (classes == dataset.labelSpace().classes() && classesOfImages.size() == dataset.size()) {
        int[] masks = new int[dataset.size()];
        for (int i = 0; i < masks.length; i++) {
          for (JsonNode id : classesOfImages.get(i)) {
            masks[i] |= 1 << id.intValue();
          }
        }
        return Optional.of(new ClassPresence(classes, masks));
      }
      LOG.warn("{}: not the result of a scan of this data set; scanning again", file);
    } catch (IOException e) {
      LOG.warn("{}: broken ({}); scanning again", file, e.getMessage());
    }
    return Optional.empty();
  }

  private void write(Path file, Dataset dataset) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.put("data-set", dataset.name());
    root.put("split", dataset.split());
    root.put("classes", classes);
    ArrayNode images = root.putArray("classes-of-images");
    for (int i = 0; i < masks.length; i++) {
      ArrayNode ids = images.addArray();
      for (int c : classesOf(i)) {
        ids.add(c);
      }
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path aside = file.resolveSibling(file.getFileName() + ".part");
    json.writeValue(aside.toFile(), root);
    Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The number of classes K. */
  public int classes() {
    return classes;
  }

  /** The number of images. */
  public int size() {
    return masks.length;
  }

  /** Whether the image at {@code index} has a pixel of that class. */
  public boolean contains(int index, int classId) {
    return (masks[index] >> classId & 1) == 1;
  }

  /** The classes in the image at {@code index}, ascending. */
  public List<Integer> classesOf(int index) {
    List<Integer> ids = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      if (contains(index, c)) {
        ids.add(c);
      }
    }
    return ids;
  }

  /** The indices of the images that contain the class, in the order of the data set. */
  public int[] imagesWith(int classId) {
    return IntStream.range(0, masks.length).filter(i -> contains(i, classId)).toArray();
  }

  /** The classes that at least one image contains, ascending. */
  public List<Integer> presentClasses() {
    return IntStream.range(0, classes)
        .filter(c -> IntStream.range(0, masks.length).anyMatch(i -> contains(i, c)))
        .boxed()
        .toList();
  }
}
