package org.crossfade.methodtest;

import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;

/**
 * The tensors of which a step case stores the norm and some elements.
 *
 * @param names as in the published checkpoint
 * @param positions flat positions in TensorFlow's layout, a row a tensor
 */
public record SampledTensors(List<String> names, List<List<Integer>> positions) {
  /** Copies the lists. */
  public SampledTensors {
    names = List.copyOf(names);
    positions = List.copyOf(positions);
  }

  /**
   * Reads names and positions of a case.
   *
   * @param namesOption such as {@code param_names}
   * @param positionsInput such as {@code sample_index}
   */
  public static SampledTensors of(
      ParityCase parityCase, String namesOption, String positionsInput) {
    List<String> names = new ArrayList<>();
    parityCase.param(namesOption).forEach(name -> names.add(name.asText()));
    int[] flat = parityCase.ints(positionsInput);
    int columns = flat.length / names.size();
    List<List<Integer>> positions = new ArrayList<>();
    for (int n = 0; n < names.size(); n++) {
      positions.add(Ints.asList(flat).subList(n * columns, (n + 1) * columns));
    }
    return new SampledTensors(names, positions);
  }

  /** Checks {@code field.norm} and {@code field.samples}, where the case expects them. */
  public void checkSamples(Expected expected, String field, Map<String, double[]> values) {
    check(expected, field, ".samples", values, /* scaled= */ false);
  }

  /**
   * Checks {@code field.norm} and {@code field.scaled} (elements divided by the root mean square of
   * their tensor), where the case expects them.
   */
  public void checkScaled(Expected expected, String field, Map<String, double[]> values) {
    check(expected, field, ".scaled", values, /* scaled= */ true);
  }

  private void check(
      Expected expected,
      String field,
      String suffix,
      Map<String, double[]> values,
      boolean scaled) {
    if (!expected.has(field + ".norm")) {
      return;
    }
    int columns = positions.get(0).size();
    double[] norms = new double[names.size()];
    double[] samples = new double[names.size() * columns];
    for (int n = 0; n < norms.length; n++) {
      double[] tensor = values.get(names.get(n));
      norms[n] = norm(tensor);
      double unit = scaled ? norms[n] / Math.sqrt(tensor.length) : 1;
      for (int i = 0; i < columns; i++) {
        samples[n * columns + i] = unit == 0 ? 0 : tensor[positions.get(n).get(i)] / unit;
      }
    }
    expected.check(field + ".norm", norms);
    expected.check(field + suffix, samples);
  }

  private static double norm(double[] values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }
}
