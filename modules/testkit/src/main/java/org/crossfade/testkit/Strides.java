package org.crossfade.testkit;

import java.util.Arrays;

/** Row-major arrays: positions, and thinning by a step on every axis. */
final class Strides {
  private Strides() {}

  /** The position of a flat index, one number for each axis; empty for a scalar. */
  static long[] position(long[] shape, int index) {
    long[] position = new long[shape.length];
    long rest = index;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      position[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    return position;
  }

  /** The shape of {@code full[::steps[0], ::steps[1], ...]}. */
  static long[] thinnedShape(long[] shape, int[] steps) {
    if (steps.length != shape.length) {
      throw new IllegalArgumentException(
          "%d steps %s for an array of shape %s"
              .formatted(steps.length, Arrays.toString(steps), Arrays.toString(shape)));
    }
    long[] thinned = new long[shape.length];
    Arrays.setAll(thinned, axis -> (shape[axis] + steps[axis] - 1) / steps[axis]);
    return thinned;
  }

  /** {@code full[::steps[0], ::steps[1], ...]}, row-major. */
  static float[] thin(float[] full, long[] shape, int[] steps) {
    long[] thinned = thinnedShape(shape, steps);
    int size = 1;
    int fullSize = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      size = Math.multiplyExact(size, (int) thinned[axis]);
      fullSize = Math.multiplyExact(fullSize, (int) shape[axis]);
    }
    if (full.length != fullSize) {
      throw new IllegalArgumentException(
          "%d values do not fill shape %s".formatted(full.length, Arrays.toString(shape)));
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      long[] position = position(thinned, i);
      int index = 0;
      for (int axis = 0; axis < shape.length; axis++) {
        index = index * (int) shape[axis] + (int) position[axis] * steps[axis];
      }
      values[i] = full[index];
    }
    return values;
  }

  /** Elements 0, step, 2·step, ... */
  static float[] everyNth(float[] full, int step) {
    float[] values = new float[(full.length + step - 1) / step];
    for (int i = 0; i < values.length; i++) {
      values[i] = full[i * step];
    }
    return values;
  }
}
