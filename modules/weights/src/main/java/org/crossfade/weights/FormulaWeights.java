package org.crossfade.weights;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/**
 * Weights that no file holds, the same on every machine and in every language: parity cases and
 * benchmarks start from them. They are a formula of the published tensor's name, of its PyTorch
 * shape and of a seed.
 *
 * <p>Element i starts from z = fnv1a64(prefix + name) + seed + (i + 1)·0x9E3779B97F4A7C15 and goes
 * through the finaliser of splitmix64; u = (z ≫ 40)/2²³ − 1 lies in [−1, 1). By the last part of
 * the name: {@code running_mean} 0.1·u; {@code running_var} 1 + 0.5·|u|; a {@code weight} of two or
 * more dimensions u·√(3/fan_in), fan_in being the product of all dimensions but the first; a {@code
 * weight} of one dimension 1 + 0.1·u; everything else 0.1·u. Rounded to float32.
 *
 * @param prefix prepended to every name before hashing; mostly empty
 * @param seed added to the hash
 */
public record FormulaWeights(String prefix, long seed) {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  /**
   * {@return the values u of the formula for a name (no prefix added): {@code count} numbers in
   * [−1, 1)}
   *
   * @param name that is hashed
   * @param count how many numbers
   * @param seed added to the hash
   */
  public static float[] uniform(String name, int count, long seed) {
    long start = fnv1a64(name) + seed;
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) unit(start, i);
    }
    return values;
  }

  /**
   * The elements of a tensor.
   *
   * @param name the published name, without the prefix
   * @param shape the PyTorch shape (kernels: output channels, input channels, height, width)
   * @return row-major in that shape
   */
  public float[] values(String name, long... shape) {
    long start = fnv1a64(prefix + name) + seed;
    String part = name.substring(name.lastIndexOf('.') + 1);
    long size = 1;
    for (long extent : shape) {
      size = Math.multiplyExact(size, extent);
    }
    double scale =
        part.equals("weight") && shape.length >= 2
            ? Math.sqrt(3.0 / ((double) size / shape[0]))
            : 0.1;
    double offset =
        part.equals("running_var") || (part.equals("weight") && shape.length == 1) ? 1 : 0;
    float[] values = new float[Math.toIntExact(size)];
    boolean variance = part.equals("running_var");
    IntStream.range(0, values.length)
        .parallel()
        .forEach(
            i -> {
              double u = unit(start, i);
              values[i] = (float) (offset + (variance ? 0.5 * Math.abs(u) : scale * u));
            });
    return values;
  }

  /**
   * {@return the same as {@link #values}, as a tensor of a weight file}
   *
   * @param name before the prefix
   * @param shape PyTorch's, whose product is the number of elements
   */
  public NamedTensor tensor(String name, long... shape) {
    return NamedTensor.of(name, values(name, shape), shape);
  }

  private static double unit(long start, int index) {
    long z = start + (index + 1) * GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 40) * 0x1p-23 - 1;
  }

  private static long fnv1a64(String text) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }
}
