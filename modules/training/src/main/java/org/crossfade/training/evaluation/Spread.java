package org.crossfade.training.evaluation;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A figure over seeds.
 *
 * @param mean of the values
 * @param deviation standard deviation of the sample (divisor n − 1); empty for one value
 */
public record Spread(double mean, OptionalDouble deviation) {

  /**
   * Returns mean and deviation.
   *
   * @throws IllegalArgumentException if there is no value
   */
  public static Spread of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("there is no value to average");
    }
    double mean = values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
    if (values.size() == 1) {
      return new Spread(mean, OptionalDouble.empty());
    }
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return new Spread(mean, OptionalDouble.of(Math.sqrt(squares / (values.size() - 1))));
  }
}
