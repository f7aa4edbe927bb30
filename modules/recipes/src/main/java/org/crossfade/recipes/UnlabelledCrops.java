package org.crossfade.recipes;

import org.crossfade.core.data.Margins;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.StreamRequest.Sampling;

/**
 * Crops of unlabelled images as DAFormer, HRDA and PiXL draw them: each draw uniform over all
 * images, with the margins in which pseudo labels are trusted in place of labels.
 *
 * @param batch N, images a draw
 * @param fit the box in which the whole image fits before it is cropped
 * @param crop size of the window that the network sees
 * @param flip probability of mirroring left to right, 0..1
 * @param margins of the image at its native size; pseudo labels there weigh nothing
 */
public record UnlabelledCrops(
    int batch, InputSize fit, InputSize crop, double flip, Margins margins) {
  /** Checks the ranges. */
  public UnlabelledCrops {
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, found " + batch);
    }
    LabelledCrops.transforms(
        fit, new SampleTransform.RandomCrop(crop.width(), crop.height()), flip);
  }

  /**
   * Returns the request for this stream, whose labels are 0 where the image is trusted and 255
   * elsewhere.
   *
   * @param name unique in the phase
   * @param restOnly whether target images whose ground truth training may read are left out
   */
  public StreamRequest request(String name, boolean restOnly) {
    return new StreamRequest(
        name,
        Domain.TARGET,
        batch,
        LabelledCrops.transforms(
            fit, new SampleTransform.RandomCrop(crop.width(), crop.height()), flip),
        Sampling.WITH_REPLACEMENT,
        Labels.trusted(margins, restOnly));
  }
}
