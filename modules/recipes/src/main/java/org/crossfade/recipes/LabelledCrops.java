package org.crossfade.recipes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.RareClasses;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.StreamRequest.Sampling;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.recipes.augmentation.PhotometricDistortion;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Crops of labelled images as DAFormer, HRDA and PiXL draw them: fitted into a box, cropped,
 * mirrored, their colours changed where HRDA trains with labels alone.
 *
 * @param batch N, images a draw
 * @param fit the box in which the whole image fits before it is cropped
 * @param crop size of the window that the network sees
 * @param largestShare of a class in an accepted window, see {@link SampleTransform.BalancedCrop}
 * @param flip probability of mirroring left to right, 0..1
 * @param distortion of colours; absent from self-training, which changes those of mixed images
 * @param rareClasses prefers images of rare classes; without it images are shuffled
 */
public record LabelledCrops(
    int batch,
    InputSize fit,
    InputSize crop,
    double largestShare,
    double flip,
    Optional<PhotometricDistortion> distortion,
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

  /**
   * Returns the drawn images as a network sees them: distorted, then normalised.
   *
   * @param name of the stream in the phase; also part of the distortion's seed
   * @return [N, H, W, 3]
   */
  public Operand<TFloat32> images(StepContext context, String name, Normalisation normalisation) {
    Operand<TUint8> drawn = context.images(name);
    return normalisation.apply(
        context.tf(),
        distortion
            .map(change -> change.apply(context.tf(), drawn, context.seed("distortion." + name)))
            .orElse(drawn));
  }

  static List<SampleTransform> transforms(InputSize fit, SampleTransform crop, double flip) {
    var transforms = new ArrayList<SampleTransform>();
    transforms.add(new SampleTransform.FitInside(fit.width(), fit.height()));
    transforms.add(crop);
    transforms.add(new SampleTransform.RandomFlip(flip));
    return transforms;
  }
}
