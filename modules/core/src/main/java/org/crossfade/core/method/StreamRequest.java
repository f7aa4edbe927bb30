package org.crossfade.core.method;

import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.SampleTransform;

/**
 * A stream of batches that a phase reads.
 *
 * @param name unique in the phase
 * @param domain which data set
 * @param batch N, images a draw
 * @param transforms on the decoded sample, in order; the last one fixes the size
 * @param sampling order of the samples
 * @param labels which labels the stream carries
 */
public record StreamRequest(
    String name,
    Domain domain,
    int batch,
    List<SampleTransform> transforms,
    Sampling sampling,
    Labels labels) {

  /** Order of the samples. */
  public enum Sampling {
    /** Every epoch a new permutation of the whole split. */
    SHUFFLED,
    /** FADA's class-balanced image sampling, on data sets whose labels can be scanned. */
    CLASS_BALANCED,
    /** The split's own order, once. */
    SEQUENTIAL
  }

  /**
   * Which labels a stream carries.
   *
   * @param groundTruth the data set's own
   * @param artefact name of the pass whose label maps are read instead
   */
  public record Labels(boolean groundTruth, Optional<String> artefact) {
    /** The data set's own labels. */
    public static final Labels GROUND_TRUTH = new Labels(true, Optional.empty());

    /** No labels: they are never read. */
    public static final Labels NONE = new Labels(false, Optional.empty());

    /** The label maps that the pass {@code name} wrote. */
    public static Labels of(String name) {
      return new Labels(false, Optional.of(name));
    }
  }

  /** Checks the sizes and copies the list. */
  public StreamRequest {
    if (batch < 1) {
      throw new IllegalArgumentException("stream '" + name + "': batch must be positive");
    }
    transforms = List.copyOf(transforms);
    outputSize(name, transforms);
  }

  /** Returns the width and height of the images, [2]. */
  public int[] size() {
    return outputSize(name, transforms);
  }

  private static int[] outputSize(String name, List<SampleTransform> transforms) {
    int[] size = null;
    for (SampleTransform transform : transforms) {
      if (transform instanceof SampleTransform.Resize r) {
        size = new int[] {r.width(), r.height()};
      } else if (transform instanceof SampleTransform.RandomScaleCrop c) {
        size = new int[] {c.cropWidth(), c.cropHeight()};
      } else if (transform instanceof SampleTransform.RandomCrop c) {
        size = new int[] {c.width(), c.height()};
      }
    }
    if (size == null) {
      throw new IllegalArgumentException(
          "stream '" + name + "' needs a transform that fixes the size of its images");
    }
    return size;
  }
}
