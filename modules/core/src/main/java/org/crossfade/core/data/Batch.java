package org.crossfade.core.data;

import java.util.Arrays;
import java.util.List;
import org.crossfade.core.label.LabelSpace;

/**
 * N samples of one size, as they are fed to a graph.
 *
 * <p>The arrays belong to the reader of the batch: no stream writes to them again.
 */
public final class Batch {
  private final List<String> ids;
  private final int height;
  private final int width;
  private final byte[] images;
  private final byte[] labels;

  private Batch(List<String> ids, int height, int width, byte[] images, byte[] labels) {
    this.ids = ids;
    this.height = height;
    this.width = width;
    this.images = images;
    this.labels = labels;
  }

  /**
   * Packs samples that all have one size.
   *
   * @throws IllegalArgumentException naming the sample that differs
   */
  public static Batch of(List<Sample> samples) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one sample");
    }
    int height = samples.get(0).image().height();
    int width = samples.get(0).image().width();
    int pixels = height * width;
    byte[] images = new byte[samples.size() * pixels * 3];
    byte[] labels = new byte[samples.size() * pixels];
    for (int n = 0; n < samples.size(); n++) {
      Sample sample = samples.get(n);
      Image image = sample.image();
      requireSize(sample, "image", image.height(), image.width(), height, width);
      System.arraycopy(image.rgb(), 0, images, n * pixels * 3, pixels * 3);
      if (sample.labels().isPresent()) {
        LabelMap map = sample.labels().get();
        requireSize(sample, "label map", map.height(), map.width(), height, width);
        System.arraycopy(map.trainIds(), 0, labels, n * pixels, pixels);
      } else {
        Arrays.fill(labels, n * pixels, (n + 1) * pixels, (byte) LabelSpace.IGNORE);
      }
    }
    return new Batch(samples.stream().map(Sample::id).toList(), height, width, images, labels);
  }

  private static void requireSize(
      Sample sample, String what, int height, int width, int expectedHeight, int expectedWidth) {
    if (height != expectedHeight || width != expectedWidth) {
      throw new IllegalArgumentException(
          String.format(
              "the %s of sample '%s' is %dx%d, but the batch is %dx%d;"
                  + " resize the samples of a batch to one size",
              what, sample.id(), width, height, expectedWidth, expectedHeight));
    }
  }

  /** N. */
  public int size() {
    return ids.size();
  }

  /** The ids of the samples, in order. */
  public List<String> ids() {
    return ids;
  }

  /** H, in pixels. */
  public int height() {
    return height;
  }

  /** W, in pixels. */
  public int width() {
    return width;
  }

  /** [N, H, W, 3] unsigned bytes, red first; not a copy. */
  public byte[] images() {
    return images;
  }

  /** [N, H, W] unsigned train ids, 255 throughout for a sample without labels; not a copy. */
  public byte[] labels() {
    return labels;
  }
}
