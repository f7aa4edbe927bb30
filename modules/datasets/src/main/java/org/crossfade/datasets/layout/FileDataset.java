package org.crossfade.datasets.layout;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.FileContent;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.content.FileHashes;
import org.crossfade.datasets.file.ImageFiles;
import org.crossfade.datasets.file.LabelFiles;

/** A data set of image and label files. */
public final class FileDataset implements Dataset {

  /** Whether a label map may differ in size from its image. */
  public enum LabelSize {
    /** A difference is an error. */
    AS_IMAGE,
    /** A few files differ as published (GTA5); each is resized from its own size. */
    MAY_DIFFER
  }

  private final String name;
  private final String split;
  private final List<FilePair> files;
  private final List<String> skipped;
  private final LabelFiles labelFiles;
  private final LabelSize labelSize;
  private final boolean labelled;
  private final FileHashes hashes;

  // On demand: it may take a pass over all files.
  private final Supplier<List<List<FileContent>>> contents = Suppliers.memoize(this::readContents);

  /**
   * A data set of these files.
   *
   * @param listing at least one pair of files; either all have labels or none
   * @param hashes knows what files hold
   */
  public FileDataset(
      String name,
      String split,
      Listing listing,
      LabelFiles labelFiles,
      LabelSize labelSize,
      FileHashes hashes) {
    if (listing.pairs().isEmpty()) {
      throw new IllegalArgumentException("data set '" + name + "' (" + split + ") has no files");
    }
    this.name = name;
    this.split = split;
    this.files = listing.pairs();
    this.skipped = listing.skipped();
    this.labelFiles = labelFiles;
    this.labelSize = labelSize;
    this.labelled = files.get(0).labels().isPresent();
    this.hashes = hashes;
  }

  private List<List<FileContent>> readContents() {
    List<Path> all =
        files.stream()
            .flatMap(pair -> Stream.concat(Stream.of(pair.image()), pair.labels().stream()))
            .toList();
    Map<Path, String> sha256 = hashes.of(all, name + " " + split);
    var contents = new ArrayList<List<FileContent>>();
    for (FilePair pair : files) {
      contents.add(
          Stream.concat(Stream.of(pair.image()), pair.labels().stream())
              .map(file -> new FileContent(hashes.name(file), sha256.get(file)))
              .toList());
    }
    return contents;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String split() {
    return split;
  }

  @Override
  public LabelSpace labelSpace() {
    return labelFiles.table().space();
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public String id(int index) {
    return files.get(index).id();
  }

  /** The files of one sample. */
  public FilePair files(int index) {
    return files.get(index);
  }

  /** What the folders hold beside the samples, one remark a kind. */
  public List<String> skipped() {
    return skipped;
  }

  /** The reader of the label files. */
  public LabelFiles labelFiles() {
    return labelFiles;
  }

  /** Whether a label map may differ in size from its image. */
  public LabelSize labelSize() {
    return labelSize;
  }

  @Override
  public Sample read(int index) {
    FilePair pair = files.get(index);
    Image image = ImageFiles.read(pair.image());
    Optional<LabelMap> labels = pair.labels().map(labelFiles::read);
    if (labelSize == LabelSize.AS_IMAGE && labels.isPresent()) {
      PixelSize ofImage = new PixelSize(image.width(), image.height());
      PixelSize ofLabels = new PixelSize(labels.get().width(), labels.get().height());
      if (!ofImage.equals(ofLabels)) {
        throw new DataException(sizesDiffer(pair, ofLabels, ImageFiles.header(pair.image())));
      }
    }
    return new Sample(pair.id(), image, labels);
  }

  @Override
  public Image readImage(int index) {
    return ImageFiles.read(files.get(index).image());
  }

  @Override
  public LabelMap readLabels(int index) {
    FilePair pair = files.get(index);
    return labelFiles.read(
        pair.labels()
            .orElseThrow(
                () ->
                    new DataException(
                        "data set '"
                            + name
                            + "' ("
                            + split
                            + ") has no labels, but those of '"
                            + pair.id()
                            + "' are needed")));
  }

  /** The message about a label map of another size than its image. */
  public static String sizesDiffer(FilePair pair, PixelSize labels, ImageFiles.Header image) {
    String sizes =
        pair.labels().orElseThrow()
            + ": the label map is "
            + labels
            + ", but the image "
            + pair.image().getFileName()
            + " is "
            + image.size();
    return fitsUnturned(labels, image)
        ? sizes
            + " as its EXIF orientation ("
            + image.orientation()
            + ") turns it, and the label map fits the picture as it is stored; turn the label map"
            + " too, or take the orientation out of the image"
        : sizes + "; label maps must have the size of their image";
  }

  /** Whether a label map was drawn on a picture that nobody had turned, which sizes betray. */
  public static boolean fitsUnturned(PixelSize labels, ImageFiles.Header image) {
    return labels.equals(image.stored()) && !labels.equals(image.size());
  }

  @Override
  public boolean labelled() {
    return labelled;
  }

  @Override
  public String fingerprint() {
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putString(labelled ? labelFiles.fingerprint() : "unlabelled", StandardCharsets.UTF_8);
    for (int i = 0; i < files.size(); i++) {
      hasher.putString("\n" + id(i), StandardCharsets.UTF_8);
      contents(i).forEach(file -> hasher.putString(" " + file.sha256(), StandardCharsets.UTF_8));
    }
    return hasher.hash().toString();
  }

  @Override
  public List<FileContent> contents(int index) {
    return contents.get().get(index);
  }

  @Override
  public String toString() {
    return name
        + " "
        + split
        + ", "
        + size()
        + (labelled ? " labelled" : " unlabelled")
        + " images";
  }
}
