package org.crossfade.spcl;

import java.util.HashMap;
import java.util.Map;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.method.ArtefactWriter;

/** Keeps what a pass leaves. */
public final class Memory implements ArtefactWriter {
  private final Map<String, LabelMap> labels = new HashMap<>();
  private final Map<String, float[]> arrays = new HashMap<>();
  private final Map<String, long[]> shapes = new HashMap<>();

  @Override
  public void labelMap(String id, LabelMap map) {
    labels.put(id, map);
  }

  @Override
  public void array(String name, float[] values, long... shape) {
    arrays.put(name, values.clone());
    shapes.put(name, shape.clone());
  }

  /** Returns the label maps by sample. */
  public Map<String, LabelMap> labels() {
    return labels;
  }

  /** Returns an array. */
  public float[] array(String name) {
    return arrays.get(name);
  }

  /** Returns the shape of an array. */
  public long[] shape(String name) {
    return shapes.get(name);
  }
}
