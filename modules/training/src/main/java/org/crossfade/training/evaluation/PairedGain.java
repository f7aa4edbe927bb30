package org.crossfade.training.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * How much higher one mIoU is than another, paired by seed.
 *
 * <p>It counts as shown when its mean over five seeds or more exceeds two of its standard errors,
 * s/√n, where s is the deviation of the differences. No other rule is used.
 *
 * @param seeds that both have
 * @param difference of the fractions
 */
public record PairedGain(List<Long> seeds, Spread difference) {
  /** Fewer seeds show nothing. */
  public static final int SEEDS = 5;

  /** Copies the list. */
  public PairedGain {
    seeds = List.copyOf(seeds);
  }

  /**
   * Returns the gain of {@code higher} over {@code lower}.
   *
   * @param higher mIoU as a fraction, by seed
   * @param lower mIoU as a fraction, by seed
   * @return empty if they have no seed in common
   */
  public static Optional<PairedGain> of(Map<Long, Double> higher, Map<Long, Double> lower) {
    var seeds = new ArrayList<Long>();
    var differences = new ArrayList<Double>();
    for (Map.Entry<Long, Double> one : new TreeMap<>(higher).entrySet()) {
      Double other = lower.get(one.getKey());
      if (other != null) {
        seeds.add(one.getKey());
        differences.add(one.getValue() - other);
      }
    }
    return seeds.isEmpty()
        ? Optional.empty()
        : Optional.of(new PairedGain(seeds, Spread.of(differences)));
  }

  /** Returns the standard error of the mean; empty for one seed. */
  public OptionalDouble standardError() {
    return difference.deviation().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(difference.deviation().getAsDouble() / Math.sqrt(seeds.size()));
  }

  /** Returns whether the gain counts as shown. */
  public boolean shown() {
    return seeds.size() >= SEEDS
        && difference.mean() > 2 * standardError().orElse(Double.POSITIVE_INFINITY);
  }

  /** Returns the gain in points of mIoU, with its standard error where there is one. */
  public String points() {
    String mean = String.format(Locale.ROOT, "%+.1f", 100 * difference.mean());
    OptionalDouble error = standardError();
    return error.isEmpty()
        ? mean
        : mean + String.format(Locale.ROOT, " ± %.1f", 100 * error.getAsDouble());
  }

  /** Returns the verdict of the rule in words. */
  public String verdict() {
    if (seeds.size() < SEEDS) {
      return seeds.size() == 1
          ? "1 seed shows nothing yet"
          : seeds.size() + " seeds show nothing yet";
    }
    return shown() ? "shown" : "not shown";
  }
}
