package org.crossfade.core.label;

import java.util.List;

/**
 * Classes over which a mean is taken beside that over all.
 *
 * <p>The mean over a part of a 19-class network's classes is not the mIoU of a network of that part
 * alone: in the former, predictions of the classes left out still count as misses.
 *
 * @param title as tables print it
 * @param ids of the members, ascending
 */
public record ClassGroup(String title, List<Integer> ids) {
  /** Copies the list. */
  public ClassGroup {
    ids = List.copyOf(ids);
  }
}
