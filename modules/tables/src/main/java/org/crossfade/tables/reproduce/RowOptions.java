package org.crossfade.tables.reproduce;

import java.util.List;
import java.util.Optional;

/**
 * The part {@code row} of an experiment's file: which row of a table it makes.
 *
 * @param order place in the table; rows run in this order, so that a row which others build on
 *     comes first
 * @param title as it is printed
 * @param method that is trained
 * @param published the paper's numbers, where it prints any
 * @param note what differs from the paper's row, where something does
 */
public record RowOptions(
    int order, String title, String method, Optional<Published> published, Optional<String> note) {

  /**
   * Where the paper's numbers are in {@code reference-results/PAPER/tableN.csv}.
   *
   * @param task as in the file
   * @param setting as in the file, may be empty
   * @param backbone as in the file, may be empty
   * @param method the row's label there
   * @param columns what is compared: {@code mIoU}, means of groups as the task's classes name them
   *     ({@code mIoU16}, {@code mIoU13}, {@code mIoU_tail}, {@code mIoU_well}, {@code mIoU_under}),
   *     or a number of a metric by its name
   */
  public record Published(
      String task, String setting, String backbone, String method, List<String> columns) {
    /**
     * Copies the list.
     *
     * @param task as in the file
     * @param setting as in the file, may be empty
     * @param backbone as in the file, may be empty
     * @param method the row's label there
     * @param columns what is compared: {@code mIoU}, means of groups as the task's classes name
     *     them ({@code mIoU16}, {@code mIoU13}, {@code mIoU_tail}, {@code mIoU_well}, {@code
     *     mIoU_under}), or a number of a metric by its name
     */
    public Published {
      columns = List.copyOf(columns);
    }
  }
}
