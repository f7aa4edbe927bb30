package org.crossfade.tables.reference;

import java.math.BigDecimal;

/**
 * One number of a paper's table.
 *
 * @param task such as {@code GTA5 to Cityscapes}
 * @param setting such as {@code 1-shot}, {@code 1/30} or the option of an ablation, {@code
 *     alpha=0.1}; empty if the table has none
 * @param backbone such as {@code ResNet-101}; empty if the paper doesn't say
 * @param method the row's label
 * @param column a class of Cityscapes, a mean ({@code mIoU}, {@code mIoU16}, {@code mIoU13}, {@code
 *     mIoU_tail}, {@code mIoU_well}, {@code mIoU_under}) or the table's own word
 * @param value with the digits that are printed; IoU and its means in percent
 * @param note what is known against the value or about its origin; empty if nothing
 */
public record PublishedValue(
    String task,
    String setting,
    String backbone,
    String method,
    String column,
    BigDecimal value,
    String note) {
  /**
   * Checks that what must be there is there.
   *
   * @param task such as {@code GTA5 to Cityscapes}
   * @param setting such as {@code 1-shot}, {@code 1/30} or the option of an ablation, {@code
   *     alpha=0.1}; empty if the table has none
   * @param backbone such as {@code ResNet-101}; empty if the paper doesn't say
   * @param method the row's label
   * @param column a class of Cityscapes, a mean ({@code mIoU}, {@code mIoU16}, {@code mIoU13},
   *     {@code mIoU_tail}, {@code mIoU_well}, {@code mIoU_under}) or the table's own word
   * @param value with the digits that are printed; IoU and its means in percent
   * @param note what is known against the value or about its origin; empty if nothing
   * @throws IllegalArgumentException if the task, the method, the column or the value is missing
   */
  public PublishedValue {
    requireText("task", task);
    requireText("method", method);
    requireText("column", column);
    if (value == null) {
      throw new IllegalArgumentException("'value' is empty, expected a number");
    }
  }

  private static void requireText(String field, String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("'" + field + "' is empty, expected text");
    }
  }
}
