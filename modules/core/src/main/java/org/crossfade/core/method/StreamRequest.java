package org.crossfade.core.method;

import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.Margins;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.data.RareClasses;
import org.crossfade.core.data.SampleTransform;

/**
 * A stream of batches that a phase reads.
 *
 * @param name unique in the phase
 * @param domain which data set
 * @param batch N, images a draw
 * @param transforms on the decoded sample, in order; after them all samples have one size
 * @param sampling order of the samples
 * @param labels which labels the stream carries
 * @param rareClasses how rare classes are preferred, for that sampling
 */
public record StreamRequest(
    String name,
    Domain domain,
    int batch,
    List<SampleTransform> transforms,
    Sampling sampling,
    Labels labels,
    Optional<RareClasses> rareClasses) {

  /** A stream that does not prefer rare classes. */
  public StreamRequest(
      String name,
      Domain domain,
      int batch,
      List<SampleTransform> transforms,
      Sampling sampling,
      Labels labels) {
    this(name, domain, batch, transforms, sampling, labels, Optional.empty());
  }

  /** Order of the samples. */
  public enum Sampling {
    /** Every epoch a new permutation of the whole split. */
    SHUFFLED,
    /**
     * Every epoch a new permutation of the whole split and the labelled target images together; of
     * the source domain, with its labels.
     */
    SHUFFLED_WITH_TARGET,
    /**
     * The split repeated until it has what the phase draws, shuffled as a whole, so that a batch
     * may hold a sample twice: AdaptSegNet and what comes from its code.
     */
    REPEATED,
    /** FADA's class-balanced image sampling, on data sets whose labels can be scanned. */
    CLASS_BALANCED,
    /** DAFormer's rare class sampling, on data sets whose labels can be scanned. */
    RARE_CLASSES,
    /** Each draw uniform over the whole split, whatever was drawn before. */
    WITH_REPLACEMENT,
    /** The split's own order, once. */
    SEQUENTIAL
  }

  /**
   * Which labels a stream carries.
   *
   * @param groundTruth the data set's own
   * @param artefact name of the pass whose label maps are read instead
   * @param trusted margins of an image without labels: what lies inside has the label 0, the rest
   *     255, and goes through the same transforms as the image
   * @param restOnly whether the images whose ground truth training may read are left out: the
   *     unlabelled pool of semi-supervised learning
   */
  public record Labels(
      boolean groundTruth, Optional<String> artefact, Optional<Margins> trusted, boolean restOnly) {
    /** The data set's own labels. */
    public static final Labels GROUND_TRUTH =
        new Labels(true, Optional.empty(), Optional.empty(), false);

    /** No labels: they are never read. */
    public static final Labels NONE = new Labels(false, Optional.empty(), Optional.empty(), false);

    /** Checks that at most one kind of labels is asked for. */
    public Labels {
      if ((groundTruth && (artefact.isPresent() || trusted.isPresent() || restOnly))
          || (artefact.isPresent() && trusted.isPresent())) {
        throw new IllegalArgumentException(
            "a stream carries ground truth, an artefact's labels or margins, not several of them");
      }
    }

    /** The label maps that the pass {@code name} wrote. */
    public static Labels of(String name) {
      return new Labels(false, Optional.of(name), Optional.empty(), false);
    }

    /**
     * No labels, but margins that the images' transforms move along.
     *
     * @param restOnly whether images that have labels are left out
     */
    public static Labels trusted(Margins margins, boolean restOnly) {
      return new Labels(false, Optional.empty(), Optional.of(margins), restOnly);
    }
  }

  /** Checks the sizes and copies the list. */
  public StreamRequest {
    if (batch < 1) {
      throw new IllegalArgumentException("stream '" + name + "': batch must be positive");
    }
    if (rareClasses.isPresent() != (sampling == Sampling.RARE_CLASSES)) {
      throw new IllegalArgumentException(
          "stream '" + name + "': rare-classes belong to that sampling, and to no other");
    }
    if (sampling == Sampling.SHUFFLED_WITH_TARGET
        && (domain != Domain.SOURCE || !labels.groundTruth())) {
      throw new IllegalArgumentException(
          "stream '" + name + "': sampling shuffled-with-target is that of labelled source images");
    }
    transforms = List.copyOf(transforms);
    outputSize(name, transforms);
  }

  /** Returns the size of the images. */
  public PixelSize size() {
    return outputSize(name, transforms);
  }

  private static PixelSize outputSize(String name, List<SampleTransform> transforms) {
    Optional<PixelSize> size = Optional.empty();
    for (SampleTransform transform : transforms) {
      size = transform.sizeAfter(size);
    }
    return size.orElseThrow(
        () ->
            new IllegalArgumentException(
                "stream '" + name + "' needs a transform that fixes the size of its images"));
  }
}
