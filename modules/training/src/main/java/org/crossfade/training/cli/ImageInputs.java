package org.crossfade.training.cli;

import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.crossfade.core.data.DataException;

/**
 * The images that were named, and how their results are called: as they lie below their folder, so
 * that no two have one name.
 *
 * @param images by the place of their results below the output's folder, without extension
 * @param skipped how many images were passed over: hidden ones, and what lies in the output
 */
record ImageInputs(Map<Path, Path> images, int skipped) {
  /** Folders that systems make beside the images, with copies or thumbnails of them. */
  private static final Set<String> BY_SYSTEMS = Set.of("__MACOSX", "@eaDir");

  /** An image in a folder that was named, or by itself. */
  private record Found(Path file, Path folder) {
    /** Its place below the folder, without extension. */
    Path place() {
      String name = MoreFiles.getNameWithoutExtension(file);
      return relative().resolveSibling(name);
    }

    Path relative() {
      return file.equals(folder) ? file.getFileName() : folder.relativize(file);
    }

    Path named(Path place) {
      Path name = folder.toAbsolutePath().normalize().getFileName();
      return file.equals(folder) || name == null ? place : name.resolve(place);
    }

    /** With the extension, which tells x.png from x.jpg. */
    Path whole(Path place) {
      return place.resolveSibling(file.getFileName().toString());
    }
  }

  /**
   * Finds the images at some places.
   *
   * @param places files, and folders, which are walked
   * @param out folder of the results, which is not walked where it lies inside of another
   * @throws DataException if a folder has no image, or if the results of two would have one name
   */
  static ImageInputs at(List<Path> places, Path out) throws IOException {
    var found = new ArrayList<Found>();
    int skipped = 0;
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        var walk = new Walk(place, out);
        Files.walkFileTree(
            place, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, walk);
        if (walk.images.isEmpty()) {
          throw new DataException(
              place
                  + ": the folder holds no .png, .jpg or .jpeg file"
                  + (walk.skipped > 0 ? " but %d hidden ones".formatted(walk.skipped) : ""));
        }
        walk.images.sort(Comparator.naturalOrder());
        walk.images.forEach(file -> found.add(new Found(file, place)));
        skipped += walk.skipped;
      } else {
        found.add(new Found(place, place));
      }
    }
    return new ImageInputs(named(found), skipped);
  }

  private static Map<Path, Path> named(List<Found> found) {
    var places = new LinkedHashMap<Found, Path>();
    found.forEach(image -> places.put(image, image.place()));
    if (!clashing(places).isEmpty()) {
      // Equal names in two folders: each folder's results stand below its own name.
      Set<Path> folders = clashingFolders(places);
      places.replaceAll((i, place) -> folders.contains(i.folder()) ? i.named(place) : place);
    }
    Set<Path> clashing = clashing(places).keySet();
    places.replaceAll((i, place) -> clashing.contains(place) ? i.whole(place) : place);
    clashing(places)
        .forEach(
            (place, images) -> {
              throw new DataException(
                  "the results of %s and of %s would both be called %s; label them into two --out"
                      .formatted(images.get(0).file(), images.get(1).file(), place));
            });
    var images = new LinkedHashMap<Path, Path>();
    places.forEach((image, place) -> images.put(place, image.file()));
    return images;
  }

  private static Set<Path> clashingFolders(Map<Found, Path> places) {
    var folders = new LinkedHashSet<Path>();
    for (List<Found> images : clashing(places).values()) {
      if (images.stream().map(Found::folder).distinct().count() > 1) {
        images.forEach(image -> folders.add(image.folder()));
      }
    }
    return folders;
  }

  private static Map<Path, List<Found>> clashing(Map<Found, Path> places) {
    var images = new HashMap<Path, List<Found>>();
    places.forEach((i, place) -> images.computeIfAbsent(place, p -> new ArrayList<>()).add(i));
    images.values().removeIf(of -> of.size() < 2);
    return images;
  }

  private static final class Walk extends SimpleFileVisitor<Path> {
    private final Path start;
    private final Path out;
    private final List<Path> images = new ArrayList<>();
    private int skipped;

    Walk(Path start, Path out) {
      this.start = start;
      this.out = out;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      if (folder.equals(start)) {
        return FileVisitResult.CONTINUE;
      }
      boolean own = Files.exists(out) && Files.isSameFile(folder, out);
      return own || isHidden(folder) ? skip(folder) : FileVisitResult.CONTINUE;
    }

    private FileVisitResult skip(Path folder) throws IOException {
      try (var files = Files.walk(folder)) {
        skipped += (int) files.filter(Walk::isImage).count();
      }
      return FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (isImage(file)) {
        if (isHidden(file)) {
          skipped++;
        } else {
          images.add(file);
        }
      }
      return FileVisitResult.CONTINUE;
    }

    /** A link that leads back to a folder above it, or a folder that may not be read. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException problem) throws IOException {
      if (problem instanceof FileSystemLoopException) {
        return FileVisitResult.CONTINUE;
      }
      throw problem;
    }

    private static boolean isHidden(Path path) {
      String name = path.getFileName().toString();
      return name.startsWith(".") || BY_SYSTEMS.contains(name);
    }

    private static boolean isImage(Path file) {
      String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
      return name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg");
    }
  }
}
