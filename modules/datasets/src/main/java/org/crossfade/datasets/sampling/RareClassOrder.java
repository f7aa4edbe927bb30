package org.crossfade.datasets.sampling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.RareClasses;

/**
 * DAFormer's rare class sampling (see {@link RareClasses}): a class by its rarity, then an image
 * that has enough of it. Every draw is independent of all others.
 *
 * <p>Departure: a class of which no image has enough is left out and the others' probabilities are
 * scaled up; the official code stops.
 */
public final class RareClassOrder implements SamplingOrder {
  private record Candidates(int classId, double upTo, List<Integer> images) {}

  private final RareClasses options;
  private final List<Candidates> candidates;
  private final long seed;

  /**
   * The order.
   *
   * @param counts of all images
   * @throws DataException if no class has an image with enough pixels of it
   */
  public RareClassOrder(ClassPixelCounts counts, RareClasses options, long seed) {
    this.options = options;
    this.seed = seed;
    this.candidates = candidates(counts, options);
  }

  private static List<Candidates> candidates(ClassPixelCounts counts, RareClasses options) {
    var usable = new ArrayList<Candidates>();
    double sum = 0;
    for (var entry : probabilities(counts, options.temperature()).entrySet()) {
      int classId = entry.getKey();
      List<Integer> images =
          IntStream.range(0, counts.size())
              .filter(i -> counts.pixels(i, classId) > options.minPixels())
              .boxed()
              .toList();
      if (!images.isEmpty()) {
        sum += entry.getValue();
        usable.add(new Candidates(classId, sum, images));
      }
    }
    if (usable.isEmpty()) {
      throw new DataException(
          "rare class sampling needs an image with more than "
              + options.minPixels()
              + " pixels of one class, but none has; lower rare-classes.min-pixels");
    }
    return List.copyOf(usable);
  }

  /**
   * Returns softmax((1 − f_c)/T) of the classes that occur, f_c their share of all counted pixels,
   * the rarest first.
   *
   * @param temperature T, above 0
   */
  public static Map<Integer, Double> probabilities(ClassPixelCounts counts, double temperature) {
    long[] totals = new long[counts.classes()];
    long all = 0;
    for (int i = 0; i < counts.size(); i++) {
      for (int c = 0; c < totals.length; c++) {
        totals[c] += counts.pixels(i, c);
        all += counts.pixels(i, c);
      }
    }
    double pixels = all;
    List<Integer> classes =
        IntStream.range(0, totals.length)
            .filter(c -> totals[c] > 0)
            .boxed()
            .sorted(Comparator.comparingLong(c -> totals[c]))
            .toList();
    double rarest = classes.isEmpty() ? 0 : totals[classes.get(0)] / pixels;
    var probabilities = new LinkedHashMap<Integer, Double>();
    double sum = 0;
    for (int c : classes) {
      // Relative to the rarest: the exponents near 100 would do no harm, but differ in rounding.
      double weight = Math.exp((rarest - totals[c] / pixels) / temperature);
      probabilities.put(c, weight);
      sum += weight;
    }
    double total = sum;
    probabilities.replaceAll((c, weight) -> weight / total);
    return probabilities;
  }

  @Override
  public int indexAt(long position) {
    var random = new Random(Draws.mix(seed, position));
    List<Integer> images = drawn(random).images();
    return images.get(random.nextInt(images.size()));
  }

  @Override
  public Optional<Quota> quotaAt(long position) {
    int classId = drawn(new Random(Draws.mix(seed, position))).classId();
    return Optional.of(
        new Quota(classId, options.minPixels() * options.cropFactor(), options.attempts()));
  }

  private Candidates drawn(Random random) {
    Candidates last = candidates.get(candidates.size() - 1);
    double at = random.nextDouble() * last.upTo();
    for (Candidates candidate : candidates) {
      if (at < candidate.upTo()) {
        return candidate;
      }
    }
    return last;
  }
}
