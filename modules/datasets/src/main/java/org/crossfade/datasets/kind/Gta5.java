package org.crossfade.datasets.kind;

import java.nio.file.Path;
import java.util.Optional;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.core.options.OptionKind;
import org.crossfade.datasets.FileDatasetOptions;
import org.crossfade.datasets.file.LabelFiles;
import org.crossfade.datasets.layout.FileDataset.LabelSize;
import org.crossfade.datasets.layout.PairedFolders;
import org.crossfade.datasets.layout.PairedFolders.Labels;
import org.crossfade.datasets.layout.PairedFolders.Naming;

/**
 * GTA5 (Playing for Data): rendered, 24,966 images. Label files are palette images whose indices
 * are the raw ids of Cityscapes, and 34 (license plate). A few label maps differ in size from their
 * image as published.
 *
 * @param split {@code train}
 * @param alias the name under which the root is looked up, if not {@code gta5}
 * @param list a list file of images instead of all that the tree holds
 */
public record Gta5(String split, Optional<String> alias, Optional<String> list)
    implements FileDatasetOptions {
  private static final String NAME = "gta5";

  /** Checks the split. */
  public Gta5 {
    FileDatasetOptions.requireSplit(NAME, split, "train");
  }

  /** Makes the data set known. */
  public static final class Kind implements OptionKind {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Class<Gta5> options() {
      return Gta5.class;
    }
  }

  @Override
  public String kind() {
    return NAME;
  }

  @Override
  public PairedFolders tree(Path root) {
    return new PairedFolders(
        "images",
        "",
        "labels",
        "",
        Labels.REQUIRED,
        Naming.PATH,
        """
        images/00001.png ...
        labels/00001.png ...
        """);
  }

  @Override
  public LabelFiles labelFiles(LabelSpace space) {
    return new LabelFiles(
        RawLabelTable.of(NAME, space, Cityscapes.RAW_IDS_AND_LICENSE_PLATE),
        LabelFiles.Channel.ONLY);
  }

  @Override
  public LabelSize labelSize() {
    return LabelSize.MAY_DIFFER;
  }

  @Override
  public Gta5 withList(String file) {
    return new Gta5(split, alias, Optional.of(file));
  }
}
