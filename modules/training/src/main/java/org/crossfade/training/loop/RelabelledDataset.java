package org.crossfade.training.loop;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.datasets.file.LabelFiles;
import org.crossfade.training.run.ArtefactFolder;

/** A data set whose labels are the label maps that an earlier pass wrote. */
final class RelabelledDataset implements Dataset {
  private final Dataset dataset;
  private final Path artefact;
  private final LabelFiles files;

  RelabelledDataset(Dataset dataset, Path artefact) {
    this.dataset = dataset;
    this.artefact = artefact;
    this.files =
        new LabelFiles(RawLabelTable.trainIds(dataset.labelSpace()), LabelFiles.Channel.ONLY);
  }

  @Override
  public String name() {
    return dataset.name() + " with " + artefact.getFileName();
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
    return new Sample(id(index), readImage(index), Optional.of(readLabels(index)));
  }

  @Override
  public LabelMap readLabels(int index) {
    return files.read(ArtefactFolder.labelFile(artefact, id(index)));
  }

  @Override
  public boolean labelled() {
    return true;
  }

  @Override
  public String fingerprint() {
    return Hashing.sha256()
        .hashString(dataset.fingerprint() + artefact.getFileName(), StandardCharsets.UTF_8)
        .toString();
  }
}
