package org.crossfade.datasets.layout;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.crossfade.core.data.DataException;

/**
 * The PNG and JPEG files below a folder by their key: the path without folder, ending and
 * extension. Links are followed. What no person put there as a sample is skipped and counted.
 */
final class FolderListing {
  private static final List<String> EXTENSIONS = List.of(".png", ".jpg", ".jpeg");
  private static final Set<String> CLUTTER = Set.of("thumbs.db", "desktop.ini", "ehthumbs.db");
  private static final Set<String> CLUTTER_FOLDERS = Set.of("@eadir", "__macosx");
  private static final int SHOWN = 3;

  /** Why something is skipped. */
  enum Reason {
    /** A name that begins with a dot. */
    HIDDEN("hidden"),
    /** What file managers and network drives leave. */
    CLUTTER("thumbnails and the like"),
    /** A folder whose name looks like a file's; what lies in it counts. */
    FOLDER("folders that are called like an image"),
    /** A link to a folder above it. */
    LOOP("links to a folder that they lie in"),
    /** Beside samples that have no ending of their own. */
    OTHER("neither PNG nor JPEG"),
    /** What a converter made of a label file. */
    DERIVED("made of another label file");

    private final String words;

    Reason(String words) {
      this.words = words;
    }
  }

  private final Path folder;
  private final String ending;
  private final NavigableMap<String, Path> files = new TreeMap<>();
  private final Map<Reason, List<String>> skipped = new EnumMap<>(Reason.class);

  private FolderListing(Path folder, String ending) {
    this.folder = folder;
    this.ending = ending;
  }

  /**
   * Lists a folder.
   *
   * @param ending of names before their extension
   * @throws DataException if it cannot be listed, or two files have one key
   */
  static FolderListing of(Path folder, String ending) {
    var listing = new FolderListing(folder, ending);
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          listing.new Visitor());
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be listed: " + e.getMessage(), e);
    }
    return listing;
  }

  /** A folder that is not there. */
  static FolderListing empty(Path folder) {
    return new FolderListing(folder, "");
  }

  /** The files by key. */
  NavigableMap<String, Path> files() {
    return files;
  }

  /** Takes a file out. */
  void skip(String key, Reason reason) {
    skip(files.remove(key), reason);
  }

  private void skip(Path path, Reason reason) {
    skipped.computeIfAbsent(reason, r -> new ArrayList<>()).add(folder.relativize(path).toString());
  }

  /** What was skipped, one remark a reason. */
  List<String> skipped() {
    return skipped.entrySet().stream()
        .map(
            entry ->
                "%s: skipped %d, %s: %s%s"
                    .formatted(
                        folder,
                        entry.getValue().size(),
                        entry.getKey().words,
                        String.join(", ", entry.getValue().stream().sorted().limit(SHOWN).toList()),
                        entry.getValue().size() > SHOWN ? ", ..." : ""))
        .toList();
  }

  /** The extension of an image file's name, with its dot; empty for all others. */
  static String extension(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    return EXTENSIONS.stream()
        .filter(lower::endsWith)
        .map(extension -> path.substring(path.length() - extension.length()))
        .findFirst()
        .orElse("");
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
        throws IOException {
      if (path.equals(folder)) {
        return FileVisitResult.CONTINUE;
      }
      String name = path.getFileName().toString();
      if (name.startsWith(".")) {
        skip(path, Reason.HIDDEN);
        return FileVisitResult.SKIP_SUBTREE;
      }
      if (CLUTTER_FOLDERS.contains(name.toLowerCase(Locale.ROOT))) {
        skip(path, Reason.CLUTTER);
        return FileVisitResult.SKIP_SUBTREE;
      }
      // Java notices a loop when it has gone round once, and all beside the folder is read by then.
      if (Files.isSymbolicLink(path) && folder.toRealPath().startsWith(path.toRealPath())) {
        skip(path, Reason.LOOP);
        return FileVisitResult.SKIP_SUBTREE;
      }
      if (!extension(name).isEmpty()) {
        skip(path, Reason.FOLDER);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
      String name = path.getFileName().toString();
      String extension = extension(name);
      if (name.startsWith(".")) {
        skip(path, Reason.HIDDEN);
      } else if (CLUTTER.contains(name.toLowerCase(Locale.ROOT))) {
        skip(path, Reason.CLUTTER);
      } else if (extension.isEmpty()) {
        if (ending.isEmpty()) {
          skip(path, Reason.OTHER);
        }
      } else {
        put(path, extension);
      }
      return FileVisitResult.CONTINUE;
    }

    private void put(Path path, String extension) {
      String below = folder.relativize(path).toString().replace('\\', '/');
      String stem = below.substring(0, below.length() - extension.length());
      if (stem.endsWith(ending)) {
        Path other = files.put(stem.substring(0, stem.length() - ending.length()), path);
        if (other != null) {
          throw new DataException(
              other + " and " + path.getFileName() + " have one name; remove one of them");
        }
      }
    }

    @Override
    public FileVisitResult visitFileFailed(Path path, IOException problem) throws IOException {
      if (problem instanceof FileSystemLoopException) {
        skip(path, Reason.LOOP);
        return FileVisitResult.CONTINUE;
      }
      throw problem;
    }
  }
}
