package org.crossfade.training.loop;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntFunction;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Margins;
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
 * @param margins of images without labels, where the stream carries them
 * @param fingerprint of images and labels
 */
record StreamDataset(
    Dataset images,
    String name,
    Optional<IntFunction<LabelMap>> labels,
    Optional<Margins> margins,
    String fingerprint)
    implements Dataset {

  /** Returns images without labels. */
  static Dataset unlabelled(Dataset images) {
    return new StreamDataset(
        images, images.name(), Optional.empty(), Optional.empty(), images.fingerprint());
  }

  /** Returns images with maps that are 0 inside the margins and 255 elsewhere, at native size. */
  static Dataset trusted(Dataset images, Margins margins) {
    return new StreamDataset(
        images,
        images.name() + " with margins",
        Optional.empty(),
        Optional.of(margins),
        hash(images, margins.toString()));
  }

  private static String hash(Dataset images, String labels) {
    return Hashing.sha256()
        .hashString(images.fingerprint() + labels, StandardCharsets.UTF_8)
        .toString();
  }

  private static LabelMap inside(Image image, Margins margins) {
    byte[] map = new byte[image.height() * image.width()];
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        if (!margins.contain(y, x, image.height(), image.width())) {
          map[y * image.width() + x] = (byte) LabelSpace.IGNORE;
        }
      }
    }
    return new LabelMap(image.height(), image.width(), map);
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
        Optional.empty(),
        hash(images, hash));
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
    Image image = readImage(index);
    return new Sample(
        id(index),
        image,
        labels.map(maps -> maps.apply(index)).or(() -> margins.map(rim -> inside(image, rim))));
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
