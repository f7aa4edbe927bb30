package org.crossfade.datasets.streets;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;

/**
 * Scenes of which a known share is labelled wrongly: classes that an annotator may take for each
 * other have changed places in the whole image. Which images these are depends on their ids alone;
 * a larger share contains those of a smaller one. Pictures stay as they are.
 */
final class WrongLabels implements Dataset {
  private static final List<List<String>> TAKEN_FOR_EACH_OTHER =
      List.of(
          List.of("road", "sidewalk"),
          List.of("building", "wall"),
          List.of("vegetation", "terrain"),
          List.of("person", "rider"),
          List.of("car", "truck"),
          List.of("traffic light", "traffic sign"));
  private static final int FINENESS = 1_000_000;

  private final Dataset right;
  private final double share;
  private final byte[] wrong;

  /**
   * @param right the scenes with their own labels
   * @param share of images that are labelled wrongly, above 0 and at most 1
   */
  WrongLabels(Dataset right, double share) {
    this.right = right;
    this.share = share;
    wrong = exchanged(right.labelSpace());
  }

  private static byte[] exchanged(LabelSpace space) {
    byte[] ids = new byte[LabelSpace.IGNORE + 1];
    for (int id = 0; id < ids.length; id++) {
      ids[id] = (byte) id;
    }
    for (List<String> pair : TAKEN_FOR_EACH_OTHER) {
      OptionalInt one = space.idOf(pair.get(0));
      OptionalInt other = space.idOf(pair.get(1));
      if (one.isPresent() && other.isPresent()) {
        ids[one.getAsInt()] = (byte) other.getAsInt();
        ids[other.getAsInt()] = (byte) one.getAsInt();
      }
    }
    return ids;
  }

  /** Whether the image's labels are wrong. */
  boolean wrongAt(int index) {
    int drawn =
        Hashing.murmur3_32_fixed()
            .hashString("wrong labels " + id(index), StandardCharsets.UTF_8)
            .asInt();
    return Integer.remainderUnsigned(drawn, FINENESS) < share * FINENESS;
  }

  @Override
  public String name() {
    return right.name();
  }

  @Override
  public String split() {
    return right.split();
  }

  @Override
  public LabelSpace labelSpace() {
    return right.labelSpace();
  }

  @Override
  public int size() {
    return right.size();
  }

  @Override
  public String id(int index) {
    return right.id(index);
  }

  @Override
  public Sample read(int index) {
    Sample sample = right.read(index);
    return new Sample(
        sample.id(), sample.image(), sample.labels().map(labels -> labelled(index, labels)));
  }

  @Override
  public Image readImage(int index) {
    return right.readImage(index);
  }

  @Override
  public LabelMap readLabels(int index) {
    return labelled(index, right.readLabels(index));
  }

  private LabelMap labelled(int index, LabelMap labels) {
    if (!wrongAt(index)) {
      return labels;
    }
    byte[] from = labels.trainIds();
    byte[] to = new byte[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = wrong[from[i] & 0xFF];
    }
    return new LabelMap(labels.height(), labels.width(), to);
  }

  @Override
  public boolean labelled() {
    return true;
  }

  @Override
  public String fingerprint() {
    return Hashing.sha256()
        .hashString("wrong labels " + share + " " + right.fingerprint(), StandardCharsets.UTF_8)
        .toString();
  }

  @Override
  public String toString() {
    return right + ", wrong labels on " + Math.round(100 * share) + " %";
  }
}
