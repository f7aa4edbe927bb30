package org.crossfade.datasets.subset;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.FileContent;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;

/**
 * Two data sets as one: the samples of the first, then those of the second. Both have the same
 * classes; samples of the two may have one id.
 *
 * @param first at index 0
 * @param second behind it
 */
public record Concatenation(Dataset first, Dataset second) implements Dataset {
  /** Checks the classes. */
  public Concatenation {
    if (!first.labelSpace().equals(second.labelSpace())) {
      throw new IllegalArgumentException(
          first.name()
              + " and "
              + second.name()
              + " have other classes; they can't be one data set");
    }
  }

  private record Place(Dataset dataset, int index) {}

  private Place place(int index) {
    return index < first.size() ? new Place(first, index) : new Place(second, index - first.size());
  }

  @Override
  public String name() {
    return first.name() + " with " + second.name();
  }

  @Override
  public String split() {
    return first.split();
  }

  @Override
  public LabelSpace labelSpace() {
    return first.labelSpace();
  }

  @Override
  public int size() {
    return Math.addExact(first.size(), second.size());
  }

  @Override
  public String id(int index) {
    Place place = place(index);
    return place.dataset().id(place.index());
  }

  @Override
  public Sample read(int index) {
    Place place = place(index);
    return place.dataset().read(place.index());
  }

  @Override
  public Image readImage(int index) {
    Place place = place(index);
    return place.dataset().readImage(place.index());
  }

  @Override
  public LabelMap readLabels(int index) {
    Place place = place(index);
    return place.dataset().readLabels(place.index());
  }

  @Override
  public boolean labelled() {
    return first.labelled() && second.labelled();
  }

  @Override
  public String fingerprint() {
    return Hashing.sha256()
        .hashString(
            "concatenation:" + first.fingerprint() + ":" + second.fingerprint(),
            StandardCharsets.UTF_8)
        .toString();
  }

  @Override
  public List<FileContent> contents(int index) {
    Place place = place(index);
    return place.dataset().contents(place.index());
  }
}
