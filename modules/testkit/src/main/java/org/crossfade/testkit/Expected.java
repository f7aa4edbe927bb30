package org.crossfade.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.crossfade.weights.DataType;
import org.crossfade.weights.NamedTensor;

/**
 * What a case expects. Every field has to be compared by one of the {@code check} methods; all
 * differences of a case are reported together when it ends.
 *
 * <p>Floating point fields follow the case's tolerance. Fields of int32 and int64 must be equal,
 * unless the case gives that very field a tolerance (counts of labels, of which near ties may
 * move); uint8 fields are images and follow the tolerance (one step for a resized picture). Where
 * the case has {@code params.undefined}, a NaN of ours stands for that value.
 */
public final class Expected {
  private final ParityCase parityCase;
  private final double slack;
  private final Set<String> unchecked;
  private final Map<String, String> failures = new LinkedHashMap<>();

  Expected(ParityCase parityCase, double slack) {
    this.parityCase = parityCase;
    this.slack = slack;
    this.unchecked = new TreeSet<>(parityCase.expected());
  }

  /** Whether the case expects a field of that name. */
  public boolean has(String field) {
    return parityCase.expected().contains(field);
  }

  /** The stored shape of a field (of a strided field: the thinned one). */
  public long[] shape(String field) {
    return tensor(field).shape();
  }

  /**
   * The expected elements themselves, for what a comparison alone cannot say (an expectation that
   * defines a later one, a sign, an order). Does not count as a check.
   */
  public double[] values(String field) {
    return tensor(field).toDoubles();
  }

  /** Compares a field with as many elements, row-major. */
  public void check(String field, float... got) {
    check(field, widen(got));
  }

  /** Compares a field with as many elements, row-major. */
  public void check(String field, int... got) {
    check(field, Arrays.stream(got).asLongStream().toArray());
  }

  /** Compares a field with as many elements, row-major; whole numbers are compared as such. */
  public void check(String field, long... got) {
    NamedTensor expected = tensor(field);
    if (!exact(field, expected)) {
      check(field, Arrays.stream(got).asDoubleStream().toArray());
      return;
    }
    unchecked.remove(field);
    long[] want = expected.toLongs();
    if (got.length != want.length) {
      failures.put(field, lengths(expected, got.length));
      return;
    }
    int differing = 0;
    int first = -1;
    for (int i = want.length - 1; i >= 0; i--) {
      if (got[i] != want[i]) {
        differing++;
        first = i;
      }
    }
    if (differing > 0) {
      failures.put(
          field,
          "%d of %d elements differ, the first at %s: expected %d, got %d"
              .formatted(
                  differing, want.length, at(expected.shape(), first), want[first], got[first]));
    }
  }

  /** Compares a field with as many elements, row-major. */
  public void check(String field, double... got) {
    NamedTensor expected = tensor(field);
    unchecked.remove(field);
    if (got.length != expected.size()) {
      failures.put(field, lengths(expected, got.length));
      return;
    }
    Tolerance tolerance =
        exact(field, expected)
            ? new Tolerance(parityCase.tolerance().path("none"), field, slack)
            : new Tolerance(parityCase.tolerance(), field, slack);
    Differences differences = new Differences(expected.shape());
    double[] want = expected.toDoubles();
    int rowLength = want.length == 0 ? 1 : want.length / (int) firstExtent(expected.shape());
    JsonNode undefined = parityCase.params().path("undefined");
    for (int i = 0; i < want.length; i++) {
      double value = Double.isNaN(got[i]) && undefined.isNumber() ? undefined.asDouble() : got[i];
      differences.add(i, want[i], value, tolerance.allowed(want[i], i / rowLength));
    }
    if (differences.any()) {
      failures.put(field, differences.describe());
    }
  }

  /**
   * Compares a field of which the case may store only some elements: {@code full[::sN, ::sH, ::sW,
   * ::sC]} for {@code params.stride.FIELD = [sN, sH, sW, sC]}, everything without such an entry.
   *
   * @param full the whole array, row-major
   * @param fullShape its shape
   */
  public void checkStrided(String field, float[] full, long... fullShape) {
    JsonNode stride = stride(field);
    if (stride.isMissingNode()) {
      long[] shape = tensor(field).shape();
      if (!Arrays.equals(shape, fullShape)) {
        unchecked.remove(field);
        failures.put(field, shapes(shape, fullShape));
        return;
      }
      check(field, full);
      return;
    }
    int[] steps = new int[stride.size()];
    Arrays.setAll(steps, i -> stride.get(i).asInt());
    long[] thinned = Strides.thinnedShape(fullShape, steps);
    if (!Arrays.equals(thinned, tensor(field).shape())) {
      unchecked.remove(field);
      failures.put(field, shapes(tensor(field).shape(), thinned));
      return;
    }
    check(field, Strides.thin(full, fullShape, steps));
  }

  /** Compares a field that stores elements 0, k, 2k, ... of the flattened array. */
  public void checkSample(String field, float[] full, int step) {
    check(field, Strides.everyNth(full, step));
  }

  /** Compares a field that stores the mean and the L2 norm of an array. */
  public void checkMeanAndNorm(String field, float[] full) {
    double sum = 0;
    double squares = 0;
    for (float value : full) {
      sum += value;
      squares += (double) value * value;
    }
    check(field, sum / full.length, Math.sqrt(squares));
  }

  /**
   * Ends the case.
   *
   * @throws AssertionError naming every field that differs and every one that was not checked
   */
  void finish() {
    unchecked.forEach(field -> failures.put(field, "expected by the case, but never checked"));
    if (!failures.isEmpty()) {
      StringBuilder message = new StringBuilder(parityCase.name());
      failures.forEach(
          (field, problem) -> message.append("\n  ").append(field).append(": ").append(problem));
      throw new AssertionError(message.toString());
    }
  }

  /** A field of one domain, such as {@code logits_source}, may share the entry {@code logits}. */
  private JsonNode stride(String field) {
    JsonNode strides = parityCase.params().path("stride");
    return strides.has(field)
        ? strides.path(field)
        : strides.path(field.replaceFirst("_(source|target)$", ""));
  }

  /** Whole numbers are, unless they are images or the case gives this very field a tolerance. */
  private boolean exact(String field, NamedTensor expected) {
    return expected.type().isInteger()
        && expected.type() != DataType.UINT8
        && parityCase.tolerance().path("per_field").path(field).path("atol").asDouble(0) == 0;
  }

  private NamedTensor tensor(String field) {
    if (!has(field)) {
      throw new IllegalArgumentException(
          "%s: does not expect '%s', only %s"
              .formatted(parityCase.name(), field, parityCase.expected()));
    }
    return parityCase.array(field);
  }

  private static String lengths(NamedTensor expected, int got) {
    return "expected %d elements of shape %s, got %d"
        .formatted(expected.size(), Arrays.toString(expected.shape()), got);
  }

  private static String shapes(long[] expected, long[] got) {
    return "expected shape %s, got %s".formatted(Arrays.toString(expected), Arrays.toString(got));
  }

  private static long firstExtent(long[] shape) {
    return shape.length == 0 ? 1 : shape[0];
  }

  private static String at(long[] shape, int index) {
    return Arrays.toString(Strides.position(shape, index));
  }

  private static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
