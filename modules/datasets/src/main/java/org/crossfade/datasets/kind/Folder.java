package org.crossfade.datasets.kind;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.core.options.OptionKind;
import org.crossfade.datasets.FileDatasetOptions;
import org.crossfade.datasets.file.LabelFiles;
import org.crossfade.datasets.layout.DataRoot;
import org.crossfade.datasets.layout.ListFile;
import org.crossfade.datasets.layout.PairedFolders;
import org.crossfade.datasets.layout.PairedFolders.Labels;
import org.crossfade.datasets.layout.PairedFolders.Naming;

/**
 * Any folder of images: {@code images/} and, if there are labels, {@code labels/} with equal names.
 *
 * @param split {@code all}, or the name of a list {@code lists/<split>.txt}
 * @param alias the name under which the root is looked up, if not {@code folder}: tells several
 *     folders apart
 * @param list a list file of images instead of the split's
 * @param labelTable raw id (as text) to a train id, 255, or a class name of the task; without it
 *     the label files hold train ids: {@link RawLabelTable#trainIdsInFiles}
 */
public record Folder(
    String split,
    Optional<String> alias,
    Optional<String> list,
    Optional<Map<String, String>> labelTable)
    implements FileDatasetOptions {
  private static final String NAME = "folder";
  private static final String ALL = "all";

  /** Checks that the split names a list in its folder. */
  public Folder {
    if (split.isBlank() || !split.matches("[^/\\\\:]+") || split.startsWith(".")) {
      throw new IllegalArgumentException(
          "split = '"
              + split
              + "' of folder: expected 'all', or the name of a list in the folder 'lists'");
    }
  }

  /** Makes the data set known. */
  public static final class Kind implements OptionKind {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Class<Folder> options() {
      return Folder.class;
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
        Labels.OPTIONAL,
        Naming.PATH,
        """
        images/NAME.png ...     (.png, .jpg or .jpeg; subfolders are walked)
        labels/NAME.png ...     (absent: unlabelled)
        lists/SPLIT.txt         (one NAME a line, for each split but 'all')
        """);
  }

  @Override
  public LabelFiles labelFiles(LabelSpace space) {
    RawLabelTable table =
        labelTable
            .map(entries -> RawLabelTable.parse(name(), space, entries))
            .orElseGet(() -> RawLabelTable.trainIdsInFiles(space));
    return new LabelFiles(table, LabelFiles.Channel.ONLY);
  }

  @Override
  public Optional<ListFile> listFile(DataRoot root) {
    return FileDatasetOptions.super
        .listFile(root)
        .or(() -> split.equals(ALL) ? Optional.empty() : Optional.of(listOfSplit(root)));
  }

  private ListFile listOfSplit(DataRoot root) {
    Path list = root.path().resolve("lists").resolve(split + ".txt");
    // Without the root itself the message about the root is the better one.
    if (Files.isDirectory(root.path()) && !Files.exists(list)) {
      throw new DataException(
          name()
              + " has no split '"
              + split
              + "': there is no "
              + list
              + "; splits are 'all' and the lists in that folder");
    }
    return ListFile.ofTree(list, root, name());
  }

  @Override
  public Folder withList(String file) {
    return new Folder(split, alias, Optional.of(file), labelTable);
  }
}
