package org.crossfade.core.data;

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
   * A hash of the ids and of the label coding, as hexadecimal digits: for provenance and caches.
   */
  String fingerprint();
}
