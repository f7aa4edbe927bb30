package org.crossfade.datasets;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;

/** A data set whose image i is grey i and has a pixel of each given class; -1 cannot be read. */
public record MemoryDataset(List<List<Integer>> classesOfImages) implements Dataset {
  private static final int SIDE = 5;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String split() {
    return "all";
  }

  @Override
  public LabelSpace labelSpace() {
    return LabelSpace.of(19);
  }

  @Override
  public int size() {
    return classesOfImages.size();
  }

  @Override
  public String id(int index) {
    return "m" + index;
  }

  @Override
  public Sample read(int index) {
    byte[] rgb = new byte[SIDE * SIDE * 3];
    Arrays.fill(rgb, (byte) index);
    return new Sample(id(index), new Image(SIDE, SIDE, rgb), Optional.of(readLabels(index)));
  }

  @Override
  public Image readImage(int index) {
    return read(index).image();
  }

  @Override
  public LabelMap readLabels(int index) {
    byte[] ids = new byte[SIDE * SIDE];
    Arrays.fill(ids, (byte) 255);
    for (int i = 0; i < classesOfImages.get(index).size(); i++) {
      int c = classesOfImages.get(index).get(i);
      if (c < 0) {
        throw new DataException("labels/" + id(index) + ".png: corrupt image file");
      }
      ids[i] = (byte) c;
    }
    return new LabelMap(SIDE, SIDE, ids);
  }

  @Override
  public boolean labelled() {
    return true;
  }

  @Override
  public String fingerprint() {
    return Integer.toHexString(classesOfImages.hashCode());
  }
}
