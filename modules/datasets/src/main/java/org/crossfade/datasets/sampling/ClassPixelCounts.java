package org.crossfade.datasets.sampling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.primitives.Ints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.LabelMap;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.datasets.decoding.Prefetcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many pixels of each class every image of a labelled data set has, at its native size. Finding
 * out takes one pass over all label maps, so the answer is kept in a file.
 */
public final class ClassPixelCounts {
  private static final Logger LOG = LoggerFactory.getLogger(ClassPixelCounts.class);

  private final int classes;
  private final int[][] pixels;

  private ClassPixelCounts(int classes, int[][] pixels) {
    this.classes = classes;
    this.pixels = pixels;
  }

  /**
   * Returns given counts.
   *
   * @param pixels by image, one number a class
   */
  public static ClassPixelCounts of(List<List<Integer>> pixels) {
    int[][] copy = pixels.stream().map(Ints::toArray).toArray(int[][]::new);
    return new ClassPixelCounts(copy.length == 0 ? 0 : copy[0].length, copy);
  }

  /**
   * Reads all label maps.
   *
   * @throws org.crossfade.core.data.DataException naming the first label file that is not usable
   */
  public static ClassPixelCounts scan(Dataset dataset, DecodingPool pool) {
    int size = dataset.size();
    int classes = dataset.labelSpace().classes();
    int[][] pixels = new int[size][];
    LOG.info("{} {}: reading {} label maps, once", dataset.name(), dataset.split(), size);
    try (Prefetcher<int[]> scan =
        new Prefetcher<>(
            pool, i -> counts(dataset.readLabels((int) i), classes), 0, size, 4 * pool.threads())) {
      for (int i = 0; i < size; i++) {
        pixels[i] = scan.next();
        if ((i + 1) % 2500 == 0) {
          LOG.info("{} of {} label maps read", i + 1, size);
        }
      }
    }
    return new ClassPixelCounts(classes, pixels);
  }

  /**
   * The result of an earlier scan of the same content if {@code cacheFolder} holds one, else of a
   * new scan, which is left there.
   *
   * @throws IOException if the result cannot be written
   */
  public static ClassPixelCounts cached(Dataset dataset, Path cacheFolder, DecodingPool pool)
      throws IOException {
    Path file = cacheFolder.resolve("class-pixels-" + dataset.fingerprint() + ".json");
    Optional<ClassPixelCounts> earlier = read(file, dataset);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    ClassPixelCounts counted = scan(dataset, pool);
    counted.write(file, dataset);
    return counted;
  }

  private static int[] counts(LabelMap labels, int classes) {
    int[] all = new int[256];
    for (byte id : labels.trainIds()) {
      all[id & 0xFF]++;
    }
    return Arrays.copyOf(all, classes);
  }

  private static Optional<ClassPixelCounts> read(Path file, Dataset dataset) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode root = new ObjectMapper().readTree(file.toFile());
      JsonNode images = root.path("pixels-of-images");
      int classes = root.path("classes").asInt();
      if (classes == dataset.labelSpace().classes() && images.size() == dataset.size()) {
        int[][] pixels = new int[dataset.size()][classes];
        for (int i = 0; i < pixels.length; i++) {
          for (int c = 0; c < classes; c++) {
            pixels[i][c] = images.get(i).path(c).asInt();
          }
        }
        return Optional.of(new ClassPixelCounts(classes, pixels));
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
    ArrayNode images = root.putArray("pixels-of-images");
    for (int[] counts : pixels) {
      ArrayNode row = images.addArray();
      for (int count : counts) {
        row.add(count);
      }
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    // A name of its own: several processes may count the same data set at once.
    Path folder = file.toAbsolutePath().getParent();
    Path aside = Files.createTempFile(folder, file.getFileName().toString(), ".part");
    try {
      json.writeValue(aside.toFile(), root);
      Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  /** The number of classes K. */
  public int classes() {
    return classes;
  }

  /** The number of images. */
  public int size() {
    return pixels.length;
  }

  /** Whether the image at {@code index} has a pixel of that class. */
  public boolean contains(int index, int classId) {
    return pixels[index][classId] > 0;
  }

  /** The number of pixels of that class in the image at {@code index}. */
  public int pixels(int index, int classId) {
    return pixels[index][classId];
  }

  /** The indices of the images that contain the class, in the order of the data set. */
  public int[] imagesWith(int classId) {
    return IntStream.range(0, pixels.length).filter(i -> contains(i, classId)).toArray();
  }

  /** The classes that at least one image contains, ascending. */
  public List<Integer> presentClasses() {
    return IntStream.range(0, classes)
        .filter(c -> IntStream.range(0, pixels.length).anyMatch(i -> contains(i, c)))
        .boxed()
        .toList();
  }
}
