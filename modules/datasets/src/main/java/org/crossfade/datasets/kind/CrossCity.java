package org.crossfade.datasets.kind;

import java.nio.file.Path;
import java.util.Locale;
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
 * One city of Cross-City (NTHU): photographs, 3,200 unlabelled and 100 labelled. Label files hold
 * the raw ids of Cityscapes, of 13 classes.
 *
 * @param city each is a data set of its own
 * @param split {@code train}, which is unlabelled, or {@code test}
 * @param alias the name under which the root is looked up, if not {@code cross-city}
 * @param list a list file of images instead of all that the tree holds
 */
public record CrossCity(City city, String split, Optional<String> alias, Optional<String> list)
    implements FileDatasetOptions {
  private static final String NAME = "cross-city";

  /** Checks the split. */
  public CrossCity {
    FileDatasetOptions.requireSplit(NAME, split, "train", "test");
  }

  /** The cities; each is called as its folder in the published tree. */
  public enum City {
    /** Rio de Janeiro. */
    RIO("Rio"),
    /** Rome. */
    ROME("Rome"),
    /** Taipei. */
    TAIPEI("Taipei"),
    /** Tokyo. */
    TOKYO("Tokyo");

    private final String folder;

    City(String folder) {
      this.folder = folder;
    }
  }

  /** Makes the data set known. */
  public static final class Kind implements OptionKind {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Class<CrossCity> options() {
      return CrossCity.class;
    }
  }

  @Override
  public String kind() {
    return NAME;
  }

  @Override
  public String name() {
    return alias.orElse(NAME) + "-" + city.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public PairedFolders tree(Path root) {
    boolean test = split.equals("test");
    String part = test ? "Test" : "Train";
    return new PairedFolders(
        city.folder + "/Images/" + part,
        "",
        city.folder + "/Labels/" + part,
        "_eval",
        test ? Labels.REQUIRED : Labels.NONE,
        Naming.PATH,
        """
        %1$s/Images/Train/pano_00002_2_180.jpg ...       (.jpg or .png; unlabelled)
        %1$s/Images/Test/pano_00003_2_0.jpg ...
        %1$s/Labels/Test/pano_00003_2_0_eval.png ...
        """
            .formatted(city.folder));
  }

  @Override
  public LabelFiles labelFiles(LabelSpace space) {
    return new LabelFiles(
        RawLabelTable.of(NAME, space, Cityscapes.RAW_IDS), LabelFiles.Channel.ONLY);
  }

  @Override
  public CrossCity withList(String file) {
    return new CrossCity(city, split, alias, Optional.of(file));
  }
}
