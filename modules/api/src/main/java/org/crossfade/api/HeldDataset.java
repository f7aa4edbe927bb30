package org.crossfade.api;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.FileContent;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;

/** A program's images with the classes of a task. */
final class HeldDataset implements org.crossfade.core.data.Dataset {
  private final Dataset data;
  private final List<FileContent> samples;
  private final RawLabelTable table;

  /**
   * @param samples id and hash of each image with its labels
   * @param space the task's classes
   */
  HeldDataset(Dataset data, List<FileContent> samples, LabelSpace space) {
    this.data = data;
    this.samples = samples;
    this.table = RawLabelTable.of(data.name(), space, data.classes());
  }

  @Override
  public String name() {
    return data.name();
  }

  @Override
  public String split() {
    return "from Java";
  }

  @Override
  public LabelSpace labelSpace() {
    return table.space();
  }

  @Override
  public int size() {
    return samples.size();
  }

  @Override
  public String id(int index) {
    return samples.get(index).name();
  }

  @Override
  public Sample read(int index) {
    return new Sample(
        id(index),
        readImage(index),
        labelled() ? Optional.of(readLabels(index)) : Optional.empty());
  }

  @Override
  public Image readImage(int index) {
    return data.image(index);
  }

  @Override
  public LabelMap readLabels(int index) {
    if (!labelled()) {
      throw new DataException("the data set '" + name() + "' has no labels");
    }
    LabelMap raw = data.label(index);
    byte[] ids = new byte[raw.trainIds().length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (byte) table.trainId(raw.trainIds()[i] & 0xFF);
    }
    return new LabelMap(raw.height(), raw.width(), ids);
  }

  @Override
  public boolean labelled() {
    return !data.classes().isEmpty();
  }

  @Override
  public String fingerprint() {
    return Hashing.sha256()
        .hashString(samples + table.fingerprint(), StandardCharsets.UTF_8)
        .toString();
  }

  @Override
  public List<FileContent> contents(int index) {
    return List.of(samples.get(index));
  }

  @Override
  public String toString() {
    return "%s, %d %s images from Java"
        .formatted(name(), size(), labelled() ? "labelled" : "unlabelled");
  }
}
