package org.crossfade.core.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.RareClasses;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.StreamRequest.Sampling;

/**
 * Crops of labelled images as DAFormer, HRDA and PiXL draw them: fitted into a box, cropped,
 * mirrored.
 *
 * @param batch N, images a draw
 * @param fit the box in which the whole image fits before it is cropped
 * @param crop size of the window that the network sees
 * @param largestShare of a class in an accepted window, see {@link SampleTransform.BalancedCrop}
 * @param flip probability of mirroring left to right, 0..1
 * @param rareClasses prefers images of rare classes; without it images are shuffled
 */
public record LabelledCrops(
    int batch,
    InputSize fit,
    InputSize crop,
    double largestShare,
    double flip,
    Optional<RareClasses> rareClasses) {
  /** Checks the ranges. */
  public LabelledCrops {
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, found " + batch);
    }
    transforms(
        fit, new SampleTransform.BalancedCrop(crop.width(), crop.height(), largestShare), flip);
  }

  /**
   * Returns the request for this stream.
   *
   * @param name unique in the phase
   * @param domain which data set
   */
  public StreamRequest request(String name, Domain domain) {
    return new StreamRequest(
        name,
        domain,
        batch,
        transforms(
            fit, new SampleTransform.BalancedCrop(crop.width(), crop.height(), largestShare), flip),
        rareClasses.isPresent() ? Sampling.RARE_CLASSES : Sampling.SHUFFLED,
        Labels.GROUND_TRUTH,
        rareClasses);
  }

  static List<SampleTransform> transforms(InputSize fit, SampleTransform crop, double flip) {
    var transforms = new ArrayList<SampleTransform>();
    transforms.add(new SampleTransform.FitInside(fit.width(), fit.height()));
    transforms.add(crop);
    transforms.add(new SampleTransform.RandomFlip(flip));
    return transforms;
  }
}
