package org.crossfade.datasets;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.datasets.file.LabelFiles;
import org.crossfade.datasets.file.LabelFiles.Channel;
import org.crossfade.datasets.layout.DataRoot;
import org.crossfade.datasets.layout.FileDataset;
import org.crossfade.datasets.layout.FileDataset.LabelSize;
import org.crossfade.datasets.layout.FilePair;
import org.crossfade.datasets.layout.PairedFolders;
import org.crossfade.datasets.layout.PublishedTrees;
import org.crossfade.datasets.streets.Split;
import org.crossfade.datasets.streets.Streets;

/** Opens data sets. */
public final class Datasets {
  private Datasets() {}

  /**
   * A data set's samples, listed but not yet read.
   *
   * @param options which data set
   * @param space the classes to which its labels are mapped
   * @param roots where data sets lie
   * @throws DataException if the data set is not there or looks different
   */
  public static Dataset open(DatasetOptions options, LabelSpace space, DataRoots roots) {
    return switch (options.name()) {
      case GTA5 ->
          files(
              options,
              roots,
              root -> PublishedTrees.gta5(),
              new LabelFiles(RawLabelTable.gta5(space), Channel.ONLY),
              LabelSize.MAY_DIFFER);
      case SYNTHIA ->
          files(
              options,
              roots,
              PublishedTrees::synthia,
              new LabelFiles(
                  options.laneMarkingsAsRoad().orElse(false)
                      ? RawLabelTable.synthiaWithLaneMarkingsAsRoad(space)
                      : RawLabelTable.synthia(space),
                  Channel.FIRST),
              LabelSize.AS_IMAGE);
      case SYNSCAPES ->
          files(
              options,
              roots,
              root -> PublishedTrees.synscapes(),
              new LabelFiles(RawLabelTable.synscapes(space), Channel.ONLY),
              LabelSize.AS_IMAGE);
      case CITYSCAPES ->
          files(
              options,
              roots,
              root -> PublishedTrees.cityscapes(options.split()),
              new LabelFiles(RawLabelTable.cityscapes(space), Channel.ONLY),
              LabelSize.AS_IMAGE);
      case CROSS_CITY ->
          files(
              options,
              roots,
              root ->
                  PublishedTrees.crossCity(options.city().orElseThrow().folder(), options.split()),
              new LabelFiles(RawLabelTable.crossCity(space), Channel.ONLY),
              LabelSize.AS_IMAGE);
      case FOLDER ->
          files(
              options,
              roots,
              root -> PublishedTrees.folder(),
              new LabelFiles(folderTable(options, space), Channel.ONLY),
              LabelSize.AS_IMAGE);
      case STREETS -> streets(options, space);
    };
  }

  private static Dataset streets(DatasetOptions options, LabelSpace space) {
    DatasetOptions.StreetsOptions scenes = options.streets().orElseThrow();
    return Streets.dataset(
        scenes.style(),
        options.split().equals(Split.VAL.key()) ? Split.VAL : Split.TRAIN,
        scenes.count(),
        scenes.width(),
        scenes.height(),
        space);
  }

  private static RawLabelTable folderTable(DatasetOptions options, LabelSpace space) {
    return options
        .labelTable()
        .map(table -> RawLabelTable.parse(shownName(options), space, table))
        .orElseGet(() -> RawLabelTable.trainIds19(space));
  }

  private interface TreeBelow {
    PairedFolders at(Path root);
  }

  private static Dataset files(
      DatasetOptions options,
      DataRoots roots,
      TreeBelow tree,
      LabelFiles labelFiles,
      LabelSize labelSize) {
    String name = options.alias().orElse(options.name().key());
    DataRoot root = roots.resolve(name, tree.at(Path.of("")).tree());
    PairedFolders folders = tree.at(root.path());
    List<FilePair> pairs =
        list(options, root)
            .map(list -> folders.list(name, root, list))
            .orElseGet(() -> folders.list(name, root));
    return new FileDataset(shownName(options), options.split(), pairs, labelFiles, labelSize);
  }

  /** Name as provenance and messages show it; Cross-City's cities are data sets of their own. */
  private static String shownName(DatasetOptions options) {
    String name = options.alias().orElse(options.name().key());
    return options
        .city()
        .map(city -> name + "-" + city.name().toLowerCase(Locale.ROOT))
        .orElse(name);
  }

  private static Optional<Path> list(DatasetOptions options, DataRoot root) {
    if (options.list().isPresent()) {
      String text = options.list().get();
      try {
        Path below = root.path().resolve(text);
        Path found = Files.exists(below) ? below : Path.of(text);
        if (!Files.exists(found)) {
          throw new DataException(
              "list file of "
                  + shownName(options)
                  + " not found: neither "
                  + below
                  + " nor "
                  + found.toAbsolutePath()
                  + " exists");
        }
        return Optional.of(found);
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException(
            "list = '" + text + "' of " + shownName(options) + ": not a path", e);
      }
    }
    if (options.name() == DatasetName.FOLDER && !options.split().equals("all")) {
      Path lists = root.path().resolve("lists");
      Path list = lists.resolve(options.split() + ".txt");
      if (Files.isDirectory(root.path()) && !Files.exists(list)) {
        throw new DataException(
            shownName(options)
                + " has no split '"
                + options.split()
                + "': there is no "
                + list
                + "; splits are 'all' and the lists in that folder");
      }
      return Optional.of(list);
    }
    return Optional.empty();
  }
}
