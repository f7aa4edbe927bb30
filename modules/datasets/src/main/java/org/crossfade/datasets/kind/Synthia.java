package org.crossfade.datasets.kind;

import java.nio.file.Files;
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
 * SYNTHIA RAND-CITYSCAPES: rendered, 9,400 images. Label files have several channels of 16 bits, of
 * which the first is its own raw id, 0 to 22. With 19 classes, terrain, truck and train are
 * classes; with 16 or 13 they are ignored.
 *
 * @param split {@code train}
 * @param alias the name under which the root is looked up, if not {@code synthia}
 * @param list a list file of images instead of all that the tree holds
 * @param laneMarkingsAsRoad true as in PixDA; false, the default, ignores them, as FADA, SPCL, FDA
 *     and MetaPix do
 */
public record Synthia(
    String split,
    Optional<String> alias,
    Optional<String> list,
    Optional<Boolean> laneMarkingsAsRoad)
    implements FileDatasetOptions {
  private static final String NAME = "synthia";

  /** By raw id, from 0; 22 are lane markings. */
  private static final List<String> RAW_IDS_TO_21 =
      List.of(
          "void",
          "sky",
          "building",
          "road",
          "sidewalk",
          "fence",
          "vegetation",
          "pole",
          "car",
          "traffic sign",
          "person",
          "bicycle",
          "motorcycle",
          "parking",
          "road work",
          "traffic light",
          "terrain",
          "rider",
          "truck",
          "bus",
          "train",
          "wall");

  /** Checks the split. */
  public Synthia {
    FileDatasetOptions.requireSplit(NAME, split, "train");
  }

  /** Makes the data set known. */
  public static final class Kind implements OptionKind {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Class<Synthia> options() {
      return Synthia.class;
    }
  }

  @Override
  public String kind() {
    return NAME;
  }

  @Override
  public PairedFolders tree(Path root) {
    String top = Files.isDirectory(root.resolve("RAND_CITYSCAPES")) ? "RAND_CITYSCAPES/" : "";
    return new PairedFolders(
        top + "RGB",
        "",
        top + "GT/LABELS",
        "",
        Labels.REQUIRED,
        Naming.PATH,
        """
        RGB/0000000.png ...          (this level may lie in a folder RAND_CITYSCAPES)
        GT/LABELS/0000000.png ...
        """);
  }

  @Override
  public LabelFiles labelFiles(LabelSpace space) {
    boolean asRoad = laneMarkingsAsRoad.orElse(false);
    List<String> rawIds =
        Stream.concat(RAW_IDS_TO_21.stream(), Stream.of(asRoad ? "road" : "lane marking")).toList();
    return new LabelFiles(
        RawLabelTable.of(asRoad ? NAME + "-lane-markings-as-road" : NAME, space, rawIds),
        LabelFiles.Channel.FIRST);
  }

  @Override
  public Synthia withList(String file) {
    return new Synthia(split, alias, Optional.of(file), laneMarkingsAsRoad);
  }
}
