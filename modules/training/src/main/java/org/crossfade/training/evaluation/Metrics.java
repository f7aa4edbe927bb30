package org.crossfade.training.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.metric.Metric;

/** The metrics on the class path, at work in one evaluation. */
public final class Metrics {
  private record Working(Metric metric, Metric.Measurement measurement) {}

  private final List<Working> working;

  private Metrics(List<Working> working) {
    this.working = working;
  }

  /**
   * Returns all values of all metrics by name, in the order of the class path.
   *
   * @throws IllegalStateException if two have one name
   */
  public static Map<String, Metric.Value> values() {
    var values = new LinkedHashMap<String, Metric.Value>();
    for (Metric metric : found()) {
      for (Metric.Value value : metric.values()) {
        if (values.put(value.name(), value) != null) {
          throw new IllegalStateException(
              "the value '%s' is there twice; one is of %s: rename it in its class"
                  .formatted(value.name(), metric.getClass().getName()));
        }
      }
    }
    return values;
  }

  /** Returns a value's title; its name where its metric is not on the class path. */
  public static String title(String name) {
    return Optional.ofNullable(values().get(name)).map(Metric.Value::title).orElse(name);
  }

  /** Returns whether a value is a fraction, which is printed in percent. */
  public static boolean isFraction(String name) {
    return Optional.ofNullable(values().get(name)).map(Metric.Value::fraction).orElse(false);
  }

  /** Returns a value as it is printed: in percent with one decimal, or with two decimals. */
  public static String text(String name, double value) {
    return isFraction(name)
        ? String.format(Locale.ROOT, "%.1f %%", 100 * value)
        : String.format(Locale.ROOT, "%.2f", value);
  }

  private static List<Metric> found() {
    var metrics = new ArrayList<Metric>();
    ServiceLoader.load(Metric.class).forEach(metrics::add);
    return metrics;
  }

  /**
   * Begins one evaluation.
   *
   * @param features whether features will be shown; metrics that read them are left out otherwise
   */
  static Metrics begin(LabelSpace space, boolean features) {
    return new Metrics(
        found().stream()
            .filter(metric -> features || !metric.readsFeatures())
            .map(metric -> new Working(metric, metric.begin(space)))
            .toList());
  }

  boolean readFeatures() {
    return working.stream().anyMatch(w -> w.metric().readsFeatures());
  }

  void image(byte[] labels, byte[] predicted, int height, int width) {
    working.forEach(w -> w.measurement().image(labels, predicted, height, width));
  }

  void features(float[] features, int[] labels) {
    working.stream()
        .filter(w -> w.metric().readsFeatures())
        .forEach(w -> w.measurement().features(features, labels));
  }

  /** Returns the numbers that are defined, by name. */
  Map<String, Double> measured() {
    var measured = new LinkedHashMap<String, Double>();
    for (Working w : working) {
      List<Metric.Value> values = w.metric().values();
      double[] numbers = w.measurement().values();
      if (numbers.length != values.size()) {
        throw new IllegalStateException(
            "%s answers %d numbers, but names %d"
                .formatted(w.metric().getClass().getName(), numbers.length, values.size()));
      }
      for (int i = 0; i < numbers.length; i++) {
        if (Double.isFinite(numbers[i])) {
          measured.put(values.get(i).name(), numbers[i]);
        }
      }
    }
    return measured;
  }
}
