package org.crossfade.training.loop;

import java.util.Optional;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;

/** A data set without its labels, which are not even read. */
record UnlabelledDataset(Dataset dataset) implements Dataset {
  @Override
  public String name() {
    return dataset.name();
  }

  @Override
  public String split() {
    return dataset.split();
  }

  @Override
  public LabelSpace labelSpace() {
    return dataset.labelSpace();
  }

  @Override
  public int size() {
    return dataset.size();
  }

  @Override
  public String id(int index) {
    return dataset.id(index);
  }

  @Override
  public Image readImage(int index) {
    return dataset.readImage(index);
  }

  @Override
  public Sample read(int index) {
    return new Sample(id(index), readImage(index), Optional.empty());
  }

  @Override
  public LabelMap readLabels(int index) {
    throw new UnsupportedOperationException("the labels of " + name() + " are not to be read");
  }

  @Override
  public boolean labelled() {
    return false;
  }

  @Override
  public String fingerprint() {
    return dataset.fingerprint();
  }
}
