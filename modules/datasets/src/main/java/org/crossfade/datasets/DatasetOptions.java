package org.crossfade.datasets;

import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;

/**
 * Which data to read. Where it lies is for {@link DataRoots}.
 *
 * <p>Options say {@code kind = NAME}; each kind is a record with the options that this data set
 * reads, and an {@link org.crossfade.core.options.OptionKind} that makes it known. A data set of
 * image and label files implements {@link FileDatasetOptions}, which asks for its tree and its
 * label table.
 */
public interface DatasetOptions {
  /** Returns what messages and reports call the data set, such as {@code "gta5"}. */
  String name();

  /**
   * Lists the samples; none is read yet.
   *
   * @param space the classes to which labels are mapped
   * @param roots where data sets lie
   * @throws org.crossfade.core.data.DataException if the data set is not there or looks different
   */
  Dataset open(LabelSpace space, DataRoots roots);

  /**
   * Checks what these options say of labels against the classes of a task.
   *
   * @throws IllegalArgumentException with everything that does not fit
   */
  default void requireFits(LabelSpace space) {}

  /**
   * Returns these options with a list file of images in place of all that the split has.
   *
   * @param file absolute, or below the data root, or else below the working directory
   * @throws IllegalArgumentException if this data set has no files
   */
  DatasetOptions withList(String file);
}
