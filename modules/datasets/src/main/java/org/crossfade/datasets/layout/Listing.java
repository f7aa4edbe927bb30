package org.crossfade.datasets.layout;

import java.util.List;

/**
 * The samples of a data set, and what was found beside them.
 *
 * @param pairs the files of the samples, in order
 * @param skipped what the folders hold beside them, one remark a kind
 */
public record Listing(List<FilePair> pairs, List<String> skipped) {
  /** Copies the lists. */
  public Listing {
    pairs = List.copyOf(pairs);
    skipped = List.copyOf(skipped);
  }
}
