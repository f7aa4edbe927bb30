package org.crossfade.core.method;

import java.io.IOException;
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
}
