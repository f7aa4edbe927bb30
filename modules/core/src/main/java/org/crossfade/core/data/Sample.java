package org.crossfade.core.data;

import java.util.Objects;
import java.util.Optional;

/**
 * One image and, in a labelled data set, its label map.
 *
 * <p>The two may differ in size as they come from the files (a few of GTA5's do); after a {@link
 * SampleTransform.Resize} they agree.
 *
 * @param id the stable name of the sample, usable as a file name
 * @param image the image
 * @param labels the label map; empty where the data set has none
 */
public record Sample(String id, Image image, Optional<LabelMap> labels) {
  /** Checks that nothing is null. */
  public Sample {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(labels, "labels");
  }
}
