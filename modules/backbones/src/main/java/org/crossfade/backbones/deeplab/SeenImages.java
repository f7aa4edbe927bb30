package org.crossfade.backbones.deeplab;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Tells on which images a residual network was trained: in 0..255 minus their mean (Caffe's form),
 * or in about −2..2 (torchvision's). Names and shapes agree; but the batch norm behind the first
 * convolution has kept how much that varied.
 */
final class SeenImages {
  /** Between them, nothing is said: images of the two forms vary by 1 and by some 60. */
  private static final double LARGEST_NORMALISED = 4;

  private static final double SMALLEST_OF_BYTES = 15;

  private SeenImages() {}

  /** Returns whether the images were surely normalised, as torchvision's are. */
  static boolean normalised(Function<String, Optional<float[]>> values) {
    return deviation(values).stream().anyMatch(d -> d < LARGEST_NORMALISED);
  }

  /** Returns whether the images were surely in 0..255, as Caffe's are. */
  static boolean bytes(Function<String, Optional<float[]>> values) {
    return deviation(values).stream().anyMatch(d -> d > SMALLEST_OF_BYTES);
  }

  private static OptionalDouble deviation(Function<String, Optional<float[]>> values) {
    Optional<float[]> kernel = values.apply("conv1.weight");
    Optional<float[]> variance = values.apply("bn1.running_var");
    return kernel.isPresent() && variance.isPresent()
        ? deviation(kernel.get(), variance.get())
        : OptionalDouble.empty();
  }

  /**
   * Returns the deviation of the images' values, roughly: the response of a filter w to values of
   * deviation s varies by s²·|w|² if they are independent, so that s² = var/|w|², of which the
   * filters' median is taken. Values of images are not independent, which is why the answer is good
   * for a factor of some three.
   *
   * @param kernel of the first convolution, outputs first
   * @param variance running, of each output
   * @return empty where filters or variances are zero
   */
  static OptionalDouble deviation(float[] kernel, float[] variance) {
    int size = kernel.length / variance.length;
    double[] ratios = new double[variance.length];
    int known = 0;
    for (int output = 0; output < variance.length; output++) {
      double norm = 0;
      for (int i = output * size; i < (output + 1) * size; i++) {
        norm += (double) kernel[i] * kernel[i];
      }
      double ratio = variance[output] / norm;
      if (ratio > 0 && Double.isFinite(ratio)) {
        ratios[known++] = ratio;
      }
    }
    if (known == 0) {
      return OptionalDouble.empty();
    }
    Arrays.sort(ratios, 0, known);
    return OptionalDouble.of(Math.sqrt(ratios[known / 2]));
  }
}
