package org.crossfade.training.evaluation;

import java.util.List;
import org.crossfade.core.data.Image;

/**
 * A confusion matrix as an image: a row a class of the ground truth, a column what it is taken for.
 */
public final class ConfusionPicture {
  /** Pixels of a side of a cell. */
  static final int CELL = 12;

  private static final int[] FULL = {8, 48, 107};

  private ConfusionPicture() {}

  /**
   * Returns the image: a cell is white where none of its row's pixels are taken for its column's
   * class, and dark blue where all are.
   *
   * @param confusion K lists of K counts
   */
  public static Image of(List<List<Long>> confusion) {
    int side = confusion.size() * CELL;
    byte[] rgb = new byte[side * side * 3];
    for (int y = 0; y < side; y++) {
      List<Long> row = confusion.get(y / CELL);
      double all = row.stream().mapToLong(count -> count).sum();
      for (int x = 0; x < side; x++) {
        double share = all == 0 ? 0 : row.get(x / CELL) / all;
        for (int c = 0; c < 3; c++) {
          rgb[(y * side + x) * 3 + c] = (byte) Math.round(255 + share * (FULL[c] - 255));
        }
      }
    }
    return new Image(side, side, rgb);
  }
}
