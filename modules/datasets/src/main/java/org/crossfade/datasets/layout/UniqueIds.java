package org.crossfade.datasets.layout;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.core.data.DataException;

/** Two images must not share an id: caches, artefacts and predictions are kept by it. */
final class UniqueIds {
  private UniqueIds() {}

  /**
   * Checks that samples of one id are the same sample.
   *
   * @throws DataException naming two images that share an id
   */
  static void require(List<FilePair> pairs) {
    Map<String, FilePair> byId = new HashMap<>();
    for (FilePair pair : pairs) {
      FilePair other = byId.putIfAbsent(pair.id(), pair);
      if (other != null && !other.equals(pair)) {
        throw new DataException(
            other.image()
                + " and "
                + pair.image()
                + " would both be called '"
                + pair.id()
                + "'; rename one of them");
      }
    }
  }
}
