package org.crossfade.datasets.subset;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;

/**
 * Which images of a data set count as labelled: all, or a part that is drawn or listed.
 *
 * @param shotsPerCity K images from each city
 * @param cities how many cities the data set must have, for {@code shotsPerCity}; 18 in Cityscapes
 *     and Streets
 * @param oneIn n: one image in n, rounded up (semi-supervised splits: 30, 8, 4)
 * @param list a list file of images, as for a data set's own list
 * @param seed of what is drawn; the same seed gives nested choices: K shots are among K + 1, one in
 *     8 among one in 4
 */
public record LabelChoice(
    Optional<Integer> shotsPerCity,
    int cities,
    Optional<Integer> oneIn,
    Optional<String> list,
    long seed) {
  /** Checks the ranges. */
  public LabelChoice {
    if (Stream.of(shotsPerCity, oneIn, list).filter(Optional::isPresent).count() > 1) {
      throw new IllegalArgumentException(
          "shots-per-city, one-in and list exclude each other; set the others to null");
    }
    requirePositive("shots-per-city", shotsPerCity.orElse(1));
    requirePositive("one-in", oneIn.orElse(1));
    requirePositive("cities", cities);
  }

  private static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(option + " must be at least 1, found " + value);
    }
  }

  /** Returns whether all images count. */
  public boolean isAll() {
    return shotsPerCity.isEmpty() && oneIn.isEmpty() && list.isEmpty();
  }

  /**
   * Returns the chosen part of a data set; a list is the caller's to open.
   *
   * @throws DataException if the data set has no labels or too few images
   */
  public Dataset of(Dataset dataset) {
    if (shotsPerCity.isEmpty() && oneIn.isEmpty()) {
      return dataset;
    }
    if (!dataset.labelled()) {
      throw new DataException(
          "target-labels chooses labelled images, but "
              + dataset.name()
              + " ("
              + dataset.split()
              + ") has no labels; add them, or choose another split");
    }
    if (shotsPerCity.isPresent()) {
      return new Subset(
          dataset, CityShots.of(dataset).draw(dataset, shotsPerCity.get(), cities, seed));
    }
    var names = new ArrayList<String>();
    for (int i = 0; i < dataset.size(); i++) {
      names.add(dataset.id(i));
    }
    int chosen = (dataset.size() + oneIn.get() - 1) / oneIn.get();
    List<Integer> order = SeededOrder.of(names, seed);
    return new Subset(dataset, order.subList(0, chosen));
  }
}
