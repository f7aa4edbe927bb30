package org.elsewhere;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.core.options.OptionKind;
import org.crossfade.datasets.FileDatasetOptions;
import org.crossfade.datasets.file.LabelFiles;
import org.crossfade.datasets.layout.PairedFolders;
import org.crossfade.datasets.layout.PairedFolders.Labels;
import org.crossfade.datasets.layout.PairedFolders.Naming;

/** A data set that Crossfade does not know: this file and its line among the services are all. */
public record Postcards(String split, Optional<String> alias, Optional<String> list, int year)
    implements FileDatasetOptions {
  private static final String NAME = "postcards";

  /** Checks the split. */
  public Postcards {
    FileDatasetOptions.requireSplit(NAME, split, "sent", "received");
  }

  /** Makes the data set known. */
  public static final class Kind implements OptionKind {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Class<Postcards> options() {
      return Postcards.class;
    }
  }

  @Override
  public String kind() {
    return NAME;
  }

  @Override
  public PairedFolders tree(Path root) {
    String images = split + "/" + year;
    return new PairedFolders(
        images,
        "_front",
        images,
        "_back",
        Labels.REQUIRED,
        Naming.PATH,
        images + "/CARD_front.png");
  }

  @Override
  public LabelFiles labelFiles(LabelSpace space) {
    List<String> rawIds = List.of("stamp", "sky", "building");
    return new LabelFiles(RawLabelTable.of(NAME, space, rawIds), LabelFiles.Channel.ONLY);
  }

  @Override
  public Postcards withList(String file) {
    return new Postcards(split, alias, Optional.of(file), year);
  }
}
