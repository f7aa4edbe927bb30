package org.crossfade.datasets.kind;

import java.nio.file.Path;
import java.util.Optional;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.core.options.OptionKind;
import org.crossfade.datasets.FileDatasetOptions;
import org.crossfade.datasets.file.LabelFiles;
import org.crossfade.datasets.layout.PairedFolders;
import org.crossfade.datasets.layout.PairedFolders.Labels;
import org.crossfade.datasets.layout.PairedFolders.Naming;

/**
 * Synscapes: rendered, 25,000 images. Label files hold the raw ids of Cityscapes.
 *
 * @param split {@code train}
 * @param alias the name under which the root is looked up, if not {@code synscapes}
 * @param list a list file of images instead of all that the tree holds
 */
public record Synscapes(String split, Optional<String> alias, Optional<String> list)
    implements FileDatasetOptions {
  private static final String NAME = "synscapes";

  /** Checks the split. */
  public Synscapes {
    FileDatasetOptions.requireSplit(NAME, split, "train");
  }

  /** Makes the data set known. */
  public static final class Kind implements OptionKind {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Class<Synscapes> options() {
      return Synscapes.class;
    }
  }

  @Override
  public String kind() {
    return NAME;
  }

  @Override
  public PairedFolders tree(Path root) {
    return new PairedFolders(
        "img/rgb-2k",
        "",
        "img/class",
        "",
        Labels.REQUIRED,
        Naming.PATH,
        """
        img/rgb-2k/1.png ...
        img/class/1.png ...
        """);
  }

  @Override
  public LabelFiles labelFiles(LabelSpace space) {
    return new LabelFiles(
        RawLabelTable.of(NAME, space, Cityscapes.RAW_IDS_AND_LICENSE_PLATE),
        LabelFiles.Channel.ONLY);
  }

  @Override
  public Synscapes withList(String file) {
    return new Synscapes(split, alias, Optional.of(file));
  }
}
