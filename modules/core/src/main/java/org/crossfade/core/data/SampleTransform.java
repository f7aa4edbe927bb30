package org.crossfade.core.data;

import java.util.Optional;

/**
 * A change of geometry that is applied to image and label map together on the Java side, before a
 * sample is fed. What changes colours is a graph operation instead.
 *
 * <p>A transform is a description only; {@code org.crossfade.datasets.transform} applies it, as a
 * pure function of the sample and a seed. Unless a transform says otherwise, images are resized as
 * Pillow's BICUBIC does, label maps as its NEAREST.
 */
public sealed interface SampleTransform {
  /**
   * Returns the size of a sample after this transform, if that is the same for all samples.
   *
   * @param before the size before it, if all samples have one
   */
  Optional<PixelSize> sizeAfter(Optional<PixelSize> before);

  /**
   * Resizes image and label map, each from its own size, to one size.
   *
   * @param width W in pixels, at least 1
   * @param height H in pixels, at least 1
   */
  record Resize(int width, int height) implements SampleTransform {
    /** Checks the size. */
    public Resize {
      requirePositive("resize", width, height);
    }

    @Override
    public Optional<PixelSize> sizeAfter(Optional<PixelSize> before) {
      return Optional.of(new PixelSize(width, height));
    }
  }

  /**
   * Resizes image and label map, each from its own size, to one size, as mmcv does: images
   * bilinearly without antialiasing, label maps by the nearest pixel.
   *
   * @param width W in pixels, at least 1
   * @param height H in pixels, at least 1
   */
  record ResizeBilinear(int width, int height) implements SampleTransform {
    /** Checks the size. */
    public ResizeBilinear {
      requirePositive("resize", width, height);
    }

    @Override
    public Optional<PixelSize> sizeAfter(Optional<PixelSize> before) {
      return Optional.of(new PixelSize(width, height));
    }
  }

  /**
   * Resizes by a random factor s, uniform in [minScale, maxScale), to (int(s·W), int(s·H)), then
   * crops a window whose origin is uniform over all that fit: the augmentation of FADA's self
   * distillation and of SPCL's. Where the scaled image is smaller than the window, black pixels and
   * ignored labels surround it.
   *
   * @param minScale above 0
   * @param maxScale at least minScale
   * @param cropWidth of the window, in pixels
   * @param cropHeight of the window, in pixels
   */
  record RandomScaleCrop(double minScale, double maxScale, int cropWidth, int cropHeight)
      implements SampleTransform {
    /** Checks scales and size. */
    public RandomScaleCrop {
      requirePositive("crop", cropWidth, cropHeight);
      if (!(minScale > 0 && minScale <= maxScale && maxScale < 100)) {
        throw new IllegalArgumentException(
            "scales must satisfy 0 < min <= max < 100, found " + minScale + " and " + maxScale);
      }
    }

    @Override
    public Optional<PixelSize> sizeAfter(Optional<PixelSize> before) {
      return Optional.of(new PixelSize(cropWidth, cropHeight));
    }
  }

  /**
   * Crops a window at the native scale whose origin is uniform over all that fit, as FDA does after
   * resizing; pads as {@link RandomScaleCrop}.
   *
   * @param width of the window, in pixels
   * @param height of the window, in pixels
   */
  record RandomCrop(int width, int height) implements SampleTransform {
    /** Checks the size. */
    public RandomCrop {
      requirePositive("crop", width, height);
    }

    @Override
    public Optional<PixelSize> sizeAfter(Optional<PixelSize> before) {
      return Optional.of(new PixelSize(width, height));
    }
  }

  /**
   * Resizes by the largest factor with which the image fits into a box, whichever way it lies:
   * mmcv's {@code imrescale}. Images bilinearly without antialiasing, label maps by the nearest
   * pixel; sides are ⌊side·factor + 0.5⌋.
   *
   * @param width of the box in pixels, at least 1
   * @param height of the box in pixels, at least 1
   */
  record FitInside(int width, int height) implements SampleTransform {
    /** Checks the size. */
    public FitInside {
      requirePositive("box", width, height);
    }

    /** Returns the size that an image of the size {@code before} is resized to. */
    public PixelSize sizeOf(PixelSize before) {
      double factor =
          Math.min(
              (double) Math.max(width, height) / Math.max(before.width(), before.height()),
              (double) Math.min(width, height) / Math.min(before.width(), before.height()));
      return new PixelSize(
          (int) (before.width() * factor + 0.5), (int) (before.height() * factor + 0.5));
    }

    @Override
    public Optional<PixelSize> sizeAfter(Optional<PixelSize> before) {
      return before.map(this::sizeOf);
    }
  }

  /**
   * Crops a window as {@link RandomCrop}, and draws again, up to ten times in all, while fewer than
   * two classes are in it or the most frequent one has {@code largestShare} of the labelled pixels
   * or more: mmsegmentation's {@code cat_max_ratio}. Samples without labels are cropped once.
   *
   * @param width of the window, in pixels
   * @param height of the window, in pixels
   * @param largestShare above 0, at most 1; 1 accepts every window
   */
  record BalancedCrop(int width, int height, double largestShare) implements SampleTransform {
    /** Checks size and share. */
    public BalancedCrop {
      requirePositive("crop", width, height);
      if (!(largestShare > 0 && largestShare <= 1)) {
        throw new IllegalArgumentException(
            "largest-share must lie in 0..1, 0 excluded, found " + largestShare);
      }
    }

    @Override
    public Optional<PixelSize> sizeAfter(Optional<PixelSize> before) {
      return Optional.of(new PixelSize(width, height));
    }
  }

  /**
   * Mirrors image and label map left to right with some probability.
   *
   * @param probability 0 to 1
   */
  record RandomFlip(double probability) implements SampleTransform {
    /** Checks the probability. */
    public RandomFlip {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException(
            "the probability of a flip must lie in 0..1, found " + probability);
      }
    }

    @Override
    public Optional<PixelSize> sizeAfter(Optional<PixelSize> before) {
      return before;
    }
  }

  private static void requirePositive(String what, int width, int height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          what + " size must be at least 1x1, found " + width + "x" + height);
    }
  }
}
