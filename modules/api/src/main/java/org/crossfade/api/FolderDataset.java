package org.crossfade.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.DataRoots;
import org.crossfade.datasets.kind.Folder;
import org.crossfade.training.run.CacheFolder;

/** A folder of files, listed when it is first asked. */
final class FolderDataset implements Dataset {
  private static final String ROOT = "folder=";

  private final String name;
  private final Path root;
  private final List<String> classes;
  private org.crossfade.core.data.Dataset files;

  FolderDataset(String name, Path root, List<String> classes) {
    this.name = name;
    this.root = root;
    this.classes = classes;
  }

  /** Returns the files with their ids mapped to the classes of a task, by name. */
  org.crossfade.core.data.Dataset open(LabelSpace space) {
    var table = new TreeMap<String, String>();
    for (int id = 0; id < classes.size(); id++) {
      boolean there = space.idOf(classes.get(id)).isPresent();
      table.put(
          Integer.toString(id), there ? classes.get(id) : Integer.toString(LabelSpace.IGNORE));
    }
    var roots =
        DataRoots.parse(List.of(ROOT + root.toAbsolutePath()), Map.of())
            .withCache(CacheFolder::path);
    return new Folder(
            "all",
            Optional.empty(),
            Optional.empty(),
            table.isEmpty() ? Optional.empty() : Optional.of(table))
        .open(space, roots);
  }

  /** With its own classes, or any where it has none. */
  private synchronized org.crossfade.core.data.Dataset files() {
    if (files == null) {
      files =
          open(
              classes.size() < 2
                  ? LabelSpace.of(19)
                  : LabelSpace.ofNames(classes.toArray(String[]::new)));
    }
    return files;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int size() {
    return files().size();
  }

  @Override
  public Image image(int index) {
    return files().readImage(index);
  }

  @Override
  public LabelMap label(int index) {
    return files().readLabels(index);
  }
}
