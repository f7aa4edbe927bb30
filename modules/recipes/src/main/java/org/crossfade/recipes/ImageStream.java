package org.crossfade.recipes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.StreamRequest.Sampling;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.recipes.augmentation.ColorJitter;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Which images a phase draws, and how they are augmented.
 *
 * @param batch N, images a draw
 * @param width W in pixels, of what the network sees
 * @param height H in pixels, of what the network sees
 * @param randomScale resize by a random factor of the native size and crop W x H; without it, the
 *     whole image is resized to W x H
 * @param flip probability of mirroring left to right, 0..1
 * @param sampling order of the images: shuffled, shuffled-with-target, repeated or class-balanced
 * @param jitter of colours, after resizing
 */
public record ImageStream(
    int batch,
    int width,
    int height,
    Optional<ScaleRange> randomScale,
    double flip,
    Sampling sampling,
    ColorJitter jitter) {

  /**
   * A range of random factors, uniform in [min, max).
   *
   * @param min above 0
   * @param max at least min
   */
  public record ScaleRange(double min, double max) {}

  /** Checks the ranges. */
  public ImageStream {
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, found " + batch);
    }
    if (sampling == Sampling.SEQUENTIAL) {
      throw new IllegalArgumentException(
          "sampling must be shuffled, shuffled-with-target, repeated or class-balanced: a"
              + " sequential stream ends");
    }
    transforms(width, height, randomScale, flip);
  }

  /**
   * Returns the request for this stream.
   *
   * @param name unique in the phase
   * @param domain which data set
   * @param labels which labels it carries
   */
  public StreamRequest request(String name, Domain domain, Labels labels) {
    return new StreamRequest(
        name, domain, batch, transforms(width, height, randomScale, flip), sampling, labels);
  }

  /**
   * Returns the drawn images as a network sees them: jittered, then normalised.
   *
   * @param name of the stream in the phase; also part of the jitter's seed
   * @return [N, H, W, 3]
   */
  public Operand<TFloat32> images(StepContext context, String name, Normalisation normalisation) {
    return normalisation.apply(context.tf(), jittered(context, name));
  }

  /**
   * Returns the drawn images with their colours jittered.
   *
   * @param name of the stream in the phase; also part of the jitter's seed
   * @return RGB, [N, H, W, 3], 0..255
   */
  public Operand<TUint8> jittered(StepContext context, String name) {
    return jittered(context, name, context.images(name));
  }

  /**
   * Returns the same for images of another stream that take its style: as {@link #jittered}, but
   * there at once, for the other stream's turn may come first.
   *
   * @param name of the stream in the phase; also part of the jitter's seed
   * @return RGB, [N, H, W, 3], 0..255
   */
  public Operand<TUint8> style(StepContext context, String name) {
    return jittered(context, name, context.feeds(name).images());
  }

  private Operand<TUint8> jittered(StepContext context, String name, Operand<TUint8> drawn) {
    return jitter.apply(context.tf(), drawn, context.seed("jitter." + name));
  }

  /**
   * Checks that every source image has a target image of its size at the same place of the batch,
   * as a transfer of style needs it.
   *
   * @throws IllegalArgumentException if not
   */
  public static void requireCounterparts(ImageStream source, ImageStream target) {
    if (source.batch() != target.batch()
        || source.width() != target.width()
        || source.height() != target.height()) {
      throw new IllegalArgumentException(
          "style passes from one target image to one source image: source and target need equal"
              + " batch, width and height, found %d x %dx%d and %d x %dx%d"
                  .formatted(
                      source.batch(),
                      source.width(),
                      source.height(),
                      target.batch(),
                      target.width(),
                      target.height()));
    }
  }

  private static List<SampleTransform> transforms(
      int width, int height, Optional<ScaleRange> randomScale, double flip) {
    var transforms = new ArrayList<SampleTransform>();
    transforms.add(
        randomScale
            .<SampleTransform>map(
                s -> new SampleTransform.RandomScaleCrop(s.min(), s.max(), width, height))
            .orElseGet(() -> new SampleTransform.Resize(width, height)));
    if (flip != 0) {
      transforms.add(new SampleTransform.RandomFlip(flip));
    }
    return transforms;
  }
}
