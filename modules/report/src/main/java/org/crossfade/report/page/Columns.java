package org.crossfade.report.page;

import java.util.ArrayList;
import java.util.List;

/** Methods as columns: as many as the width of a page holds, the others in further tables. */
final class Columns {
  private static final int MOST = 8;

  private Columns() {}

  /** Returns {@code all} in groups of about the same size. */
  static <T> List<List<T>> groups(List<T> all) {
    int groups = Math.max(1, (all.size() + MOST - 1) / MOST);
    int size = Math.max(1, (all.size() + groups - 1) / groups);
    var result = new ArrayList<List<T>>();
    for (int from = 0; from < all.size(); from += size) {
      result.add(all.subList(from, Math.min(all.size(), from + size)));
    }
    return result;
  }
}
