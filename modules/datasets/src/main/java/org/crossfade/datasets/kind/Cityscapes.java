package org.crossfade.datasets.kind;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.core.options.OptionKind;
import org.crossfade.datasets.FileDatasetOptions;
import org.crossfade.datasets.file.LabelFiles;
import org.crossfade.datasets.layout.PairedFolders;
import org.crossfade.datasets.layout.PairedFolders.Labels;
import org.crossfade.datasets.layout.PairedFolders.Naming;

/**
 * Cityscapes with fine annotations: photographs, 2,975 to train and 500 to validate. Labels are the
 * {@code labelIds} files; without their folder a split is unlabelled.
 *
 * @param split {@code train}, {@code val} or {@code test}
 * @param alias the name under which the root is looked up, if not {@code cityscapes}
 * @param list a list file of images instead of all that the tree holds
 */
public record Cityscapes(String split, Optional<String> alias, Optional<String> list)
    implements FileDatasetOptions {
  /** The class of each raw id, from 0 to 33; other data sets use the same ids. */
  public static final List<String> RAW_IDS =
      List.of(
          "unlabeled",
          "ego vehicle",
          "rectification border",
          "out of roi",
          "static",
          "dynamic",
          "ground",
          "road",
          "sidewalk",
          "parking",
          "rail track",
          "building",
          "wall",
          "fence",
          "guard rail",
          "bridge",
          "tunnel",
          "pole",
          "polegroup",
          "traffic light",
          "traffic sign",
          "vegetation",
          "terrain",
          "sky",
          "person",
          "rider",
          "car",
          "truck",
          "bus",
          "caravan",
          "trailer",
          "train",
          "motorcycle",
          "bicycle");

  /** {@link #RAW_IDS}, and 34, which some data sets give to license plates. */
  public static final List<String> RAW_IDS_AND_LICENSE_PLATE =
      Stream.concat(RAW_IDS.stream(), Stream.of("license plate")).toList();

  private static final String NAME = "cityscapes";

  /** Checks the split. */
  public Cityscapes {
    FileDatasetOptions.requireSplit(NAME, split, "train", "val", "test");
  }

  /** Makes the data set known. */
  public static final class Kind implements OptionKind {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Class<Cityscapes> options() {
      return Cityscapes.class;
    }
  }

  @Override
  public String kind() {
    return NAME;
  }

  @Override
  public PairedFolders tree(Path root) {
    return new PairedFolders(
        "leftImg8bit/" + split,
        "_leftImg8bit",
        "gtFine/" + split,
        "_gtFine_labelIds",
        Labels.OPTIONAL,
        Naming.FILE_IN_CITY,
        """
        leftImg8bit/%1$s/<city>/<city>_000000_000019_leftImg8bit.png ...
        gtFine/%1$s/<city>/<city>_000000_000019_gtFine_labelIds.png ...    (absent: unlabelled)
        """
            .formatted(split));
  }

  @Override
  public LabelFiles labelFiles(LabelSpace space) {
    return new LabelFiles(RawLabelTable.of(NAME, space, RAW_IDS), LabelFiles.Channel.ONLY);
  }

  @Override
  public Cityscapes withList(String file) {
    return new Cityscapes(split, alias, Optional.of(file));
  }
}
