package org.crossfade.core.method;

import java.io.IOException;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;

/** Where a pass leaves its artefact. */
public interface ArtefactWriter {
  /** Writes one label map, as a PNG whose values are train ids. */
  void labelMap(String id, LabelMap labels) throws IOException;

  /**
   * Writes one array.
   *
   * @param values row-major
   */
  void array(String name, float[] values, long... shape) throws IOException;

  /**
   * Writes one picture for people into the run's samples; no part of the artefact.
   *
   * @throws UnsupportedOperationException if this writer has no place for pictures
   */
  default void picture(String name, Image picture) throws IOException {
    throw new UnsupportedOperationException("no place for the picture '" + name + "'");
  }
}
