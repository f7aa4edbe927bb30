package org.crossfade.datasets.subset;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;

/**
 * The samples of a data set by city, for K-shot splits: K images of each (PixDA, section 3.1).
 *
 * @param positions of each city's samples in the data set's order; cities in the order in which
 *     they appear first, which need not be contiguous
 */
public record CityShots(Map<String, List<Integer>> positions) {
  /** Copies the map. */
  public CityShots {
    positions = new LinkedHashMap<>(positions);
  }

  /**
   * Groups names by city.
   *
   * @param cities of each sample
   */
  public static CityShots of(List<String> cities) {
    var positions = new LinkedHashMap<String, List<Integer>>();
    for (int i = 0; i < cities.size(); i++) {
      positions.computeIfAbsent(cities.get(i), city -> new ArrayList<>()).add(i);
    }
    return new CityShots(positions);
  }

  /**
   * Groups a data set whose ids start with the city and an underscore, as those of Cityscapes and
   * Streets do.
   *
   * @throws DataException if an id has no city
   */
  public static CityShots of(Dataset dataset) {
    var cities = new ArrayList<String>();
    for (int i = 0; i < dataset.size(); i++) {
      String id = dataset.id(i);
      int end = id.indexOf('_');
      if (end < 1) {
        throw new DataException(
            "shots per city need names that start with the city, as in aachen_000000_000019; "
                + dataset.name()
                + " ("
                + dataset.split()
                + ") has '"
                + id
                + "'. Give a list of the labelled images instead: target-labels.list");
      }
      cities.add(id.substring(0, end));
    }
    return of(cities);
  }

  /**
   * Returns the positions of the chosen samples, city after city.
   *
   * @param chosen of each city, in the order of {@link #positions}: which of its own samples
   */
  public List<Integer> select(List<List<Integer>> chosen) {
    var selected = new ArrayList<Integer>();
    int city = 0;
    for (List<Integer> own : positions.values()) {
      for (int choice : chosen.get(city)) {
        selected.add(own.get(choice));
      }
      city++;
    }
    return selected;
  }

  /**
   * Returns K samples of each city, drawn by seed. The K shots are among the K + 1 shots of the
   * same seed. (The published lists were drawn otherwise and are not nested.)
   *
   * @param shots K, at least 1
   * @param cities how many cities there must be
   * @throws DataException if there are more or fewer cities, or one has fewer than K samples
   */
  public List<Integer> draw(Dataset dataset, int shots, int cities, long seed) {
    var small =
        positions.entrySet().stream()
            .filter(e -> e.getValue().size() < shots)
            .map(e -> e.getKey() + " has " + e.getValue().size())
            .toList();
    if (positions.size() != cities || !small.isEmpty()) {
      throw new DataException(refusal(dataset, shots, cities, small));
    }
    var chosen = new ArrayList<List<Integer>>();
    for (List<Integer> own : positions.values()) {
      List<String> names = own.stream().map(dataset::id).toList();
      chosen.add(SeededOrder.of(names, seed).subList(0, shots));
    }
    return select(chosen);
  }

  private String refusal(Dataset dataset, int shots, int cities, List<String> small) {
    var text = new StringBuilder();
    text.append(
        "%d shots from each of %d cities can't be drawn from %s (%s): "
            .formatted(shots, cities, dataset.name(), dataset.split()));
    if (positions.size() != cities) {
      text.append(
          "it has %d cities, %s. Complete the data, or set target-labels.cities. "
              .formatted(
                  positions.size(),
                  positions.entrySet().stream()
                      .map(e -> e.getKey() + " (" + e.getValue().size() + ")")
                      .collect(Collectors.joining(", "))));
    }
    if (!small.isEmpty()) {
      text.append(
          "%s images. Lower target-labels.shots-per-city to at most %d"
              .formatted(
                  String.join(", ", small),
                  positions.values().stream().mapToInt(List::size).min().orElse(0)));
    }
    return text.toString().strip();
  }
}
