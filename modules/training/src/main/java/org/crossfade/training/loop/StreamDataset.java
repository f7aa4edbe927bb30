package org.crossfade.training.loop;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntFunction;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.datasets.file.LabelFiles;
import org.crossfade.training.run.ArtefactFolder;

/**
 * A data set's images with the labels that a stream carries in place of the ground truth, which is
 * never read.
 *
 * @param images what is drawn
 * @param name for messages
 * @param labels by index; empty where the stream has none
 * @param fingerprint of images and labels
 */
record StreamDataset(
    Dataset images, String name, Optional<IntFunction<LabelMap>> labels, String fingerprint)
    implements Dataset {

  /** Returns images without labels. */
  static Dataset unlabelled(Dataset images) {
    return new StreamDataset(images, images.name(), Optional.empty(), images.fingerprint());
  }

  /**
   * Returns images with the label maps that an earlier pass wrote.
   *
   * @param hash of the artefact: part of the fingerprint, by which scans of labels are kept
   */
  static Dataset relabelled(Dataset images, Path artefact, String hash) {
    var files =
        new LabelFiles(RawLabelTable.trainIds(images.labelSpace()), LabelFiles.Channel.ONLY);
    return new StreamDataset(
        images,
        images.name() + " with " + artefact.getFileName(),
        Optional.of(index -> files.read(ArtefactFolder.labelFile(artefact, images.id(index)))),
        Hashing.sha256()
            .hashString(images.fingerprint() + hash, StandardCharsets.UTF_8)
            .toString());
  }

  @Override
  public String split() {
    return images.split();
  }

  @Override
  public LabelSpace labelSpace() {
    return images.labelSpace();
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public String id(int index) {
    return images.id(index);
  }

  @Override
  public Image readImage(int index) {
    return images.readImage(index);
  }

  @Override
  public Sample read(int index) {
    return new Sample(id(index), readImage(index), labels.map(maps -> maps.apply(index)));
  }

  @Override
  public LabelMap readLabels(int index) {
    return labels
        .orElseThrow(
            () -> new UnsupportedOperationException("the labels of " + name + " are not read"))
        .apply(index);
  }

  @Override
  public boolean labelled() {
    return labels.isPresent();
  }
}
