package org.crossfade.datasets.subset;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A random order of names that depends on each name and the seed alone: a longer prefix contains a
 * shorter one, and neither the order of a list nor names that are missing from it change the order
 * of the others.
 */
final class SeededOrder {
  private SeededOrder() {}

  /**
   * Returns the positions of names, shuffled.
   *
   * @param names in any order; equal names stay in their order
   */
  static List<Integer> of(List<String> names, long seed) {
    List<String> keys = names.stream().map(name -> key(name, seed)).toList();
    var positions = new ArrayList<Integer>();
    for (int i = 0; i < names.size(); i++) {
      positions.add(i);
    }
    positions.sort(Comparator.comparing(keys::get));
    return positions;
  }

  private static String key(String name, long seed) {
    return Hashing.sha256().hashString(seed + ":" + name, StandardCharsets.UTF_8).toString();
  }
}
