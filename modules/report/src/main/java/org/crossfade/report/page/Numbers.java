package org.crossfade.report.page;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.crossfade.training.evaluation.PairedGain;
import org.crossfade.training.evaluation.Spread;

/** Figures as the report prints them. */
final class Numbers {
  private static final String NONE = "–";

  private Numbers() {}

  /** Returns a fraction in percent with one decimal. */
  static String percent(double fraction) {
    return decimal(100 * fraction, 1);
  }

  /** Returns mean and, over several seeds, deviation in percent. */
  static String percent(Spread spread) {
    return percent(spread.mean()) + deviation(spread.deviation(), 100, 1);
  }

  /** Returns mean and deviation in percent, or a dash. */
  static String percent(Optional<Spread> spread) {
    return spread.map(Numbers::percent).orElse(NONE);
  }

  /** Returns the mean alone in percent, or a dash. */
  static String meanPercent(Optional<Spread> spread) {
    return spread.map(s -> percent(s.mean())).orElse(NONE);
  }

  /** Returns the deviation alone in percent, with its sign; nothing if there is none. */
  static String deviationPercent(Optional<Spread> spread) {
    return spread.map(s -> deviation(s.deviation(), 100, 1)).orElse("");
  }

  /** Returns mean and deviation with two decimals, or a dash. */
  static String plain(Optional<Spread> spread) {
    return spread.map(s -> decimal(s.mean(), 2) + deviation(s.deviation(), 1, 2)).orElse(NONE);
  }

  /** Returns a difference of fractions in points, with its sign; nothing if there is none. */
  static String points(OptionalDouble difference) {
    if (difference.isEmpty()) {
      return "";
    }
    String value = decimal(Math.abs(100 * difference.getAsDouble()), 1);
    return (value.equals("0.0") ? "±" : difference.getAsDouble() < 0 ? "−" : "+") + value;
  }

  /** Returns seconds as minutes and seconds, or hours. */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole / 60 % 60 + " min";
  }

  /** Returns images a second with one decimal, or a dash. */
  static String speed(OptionalDouble imagesPerSecond) {
    return imagesPerSecond.isEmpty() ? NONE : decimal(imagesPerSecond.getAsDouble(), 1);
  }

  /** Returns bytes in GB (10⁹), or a dash. */
  static String gigabytes(Optional<Long> bytes) {
    return bytes.map(b -> decimal(b / 1e9, 2) + " GB").orElse(NONE);
  }

  /** Returns a whole number with thin spaces between thousands. */
  static String whole(long value) {
    return String.format(Locale.ROOT, "%,d", value).replace(',', '\u202F');
  }

  /** Returns a loss with four significant digits. */
  static String significant(double value) {
    double magnitude = Math.abs(value);
    if (magnitude != 0 && (magnitude >= 1e5 || magnitude < 1e-4)) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    return String.format(Locale.ROOT, "%.4g", value);
  }

  /** Returns a number with a fixed number of decimals. */
  static String decimal(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static String deviation(OptionalDouble deviation, double factor, int decimals) {
    return deviation.isEmpty() ? "" : " ± " + decimal(factor * deviation.getAsDouble(), decimals);
  }

  /** Returns a gain in points with its standard error, with a true minus sign. */
  static String gain(PairedGain gain) {
    return gain.points().replace('-', '−');
  }
}
