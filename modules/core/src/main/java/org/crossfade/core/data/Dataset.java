package org.crossfade.core.data;

import java.util.List;
import org.crossfade.core.label.LabelSpace;

/**
 * A finite list of samples, read on demand. Reading is safe from several threads at once, and the
 * same index always gives the same sample.
 */
public interface Dataset {
  /** The name of the data set, such as {@code "gta5"}. */
  String name();

  /** The split, such as {@code "train"}. */
  String split();

  /** The space of the train ids in its label maps. */
  LabelSpace labelSpace();

  /** The number of samples. */
  int size();

  /**
   * The stable name of a sample, usable as a file name (no separators, no extension). A list that
   * names a file twice has the same id twice; otherwise ids are unique.
   */
  String id(int index);

  /**
   * Reads one sample at its native size.
   *
   * @throws DataException naming the file, if it is missing, corrupt or of another coding
   */
  Sample read(int index);

  /**
   * Reads one image alone, at its native size; labels are not touched.
   *
   * @throws DataException naming the file, if it is missing, corrupt or of another coding
   */
  Image readImage(int index);

  /**
   * Reads the label map alone, at its native size.
   *
   * @throws DataException naming the file, if it is missing, corrupt or of another coding, or if
   *     the data set has no labels
   */
  LabelMap readLabels(int index);

  /** Whether there are label maps. */
  boolean labelled();

  /**
   * A hash of what the samples are, as hexadecimal digits: of their ids, the content of their files
   * and the label coding. Where they lie and what the data set is called do not matter. The first
   * call may read every file.
   *
   * @throws DataException naming a file that cannot be read
   */
  String fingerprint();

  /**
   * The files that one sample is read from: its image, then its labels. None where samples are
   * generated. The first call may read every file of the data set.
   *
   * @throws DataException naming a file that cannot be read
   */
  default List<FileContent> contents(int index) {
    return List.of();
  }
}
