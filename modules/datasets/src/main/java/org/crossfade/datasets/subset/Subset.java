package org.crossfade.datasets.subset;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.FileContent;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;

/** Some samples of a data set, as a data set. */
public final class Subset implements Dataset {
  private final Dataset all;
  private final List<Integer> indices;

  /**
   * Takes samples out of a data set.
   *
   * @param indices of the samples in {@code all}, at least one, in the subset's order
   */
  public Subset(Dataset all, List<Integer> indices) {
    if (indices.isEmpty()) {
      throw new IllegalArgumentException("a subset of " + all.name() + " needs a sample");
    }
    this.all = all;
    this.indices = List.copyOf(indices);
  }

  /**
   * Returns what is left of a data set without some of its samples.
   *
   * @param some samples of {@code all}, told by their ids
   * @throws DataException if nothing is left
   */
  public static Subset without(Dataset all, Dataset some) {
    var taken = new HashSet<String>();
    for (int i = 0; i < some.size(); i++) {
      taken.add(some.id(i));
    }
    List<Integer> left =
        IntStream.range(0, all.size()).filter(i -> !taken.contains(all.id(i))).boxed().toList();
    if (left.isEmpty()) {
      throw new DataException(
          "every image of "
              + all.name()
              + " ("
              + all.split()
              + ") is labelled, but unlabelled ones are needed beside them; choose fewer with"
              + " target-labels");
    }
    return new Subset(all, left);
  }

  @Override
  public String name() {
    return all.name();
  }

  @Override
  public String split() {
    return all.split();
  }

  @Override
  public LabelSpace labelSpace() {
    return all.labelSpace();
  }

  @Override
  public int size() {
    return indices.size();
  }

  @Override
  public String id(int index) {
    return all.id(indices.get(index));
  }

  @Override
  public Sample read(int index) {
    return all.read(indices.get(index));
  }

  @Override
  public Image readImage(int index) {
    return all.readImage(indices.get(index));
  }

  @Override
  public LabelMap readLabels(int index) {
    return all.readLabels(indices.get(index));
  }

  @Override
  public boolean labelled() {
    return all.labelled();
  }

  @Override
  public String fingerprint() {
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putString(all.fingerprint(), StandardCharsets.UTF_8);
    indices.forEach(hasher::putInt);
    return hasher.hash().toString();
  }

  @Override
  public List<FileContent> contents(int index) {
    return all.contents(indices.get(index));
  }

  @Override
  public String toString() {
    return size() + " of " + all;
  }
}
