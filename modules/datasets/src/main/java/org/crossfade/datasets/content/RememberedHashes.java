package org.crossfade.datasets.content;

import com.google.common.base.Splitter;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hashes of one data root in a file of the cache, one line each: hash, size, times, path. A
 * line that makes no sense is passed over, so that its file is read again.
 */
final class RememberedHashes {
  private static final Logger LOG = LoggerFactory.getLogger(RememberedHashes.class);
  private static final Splitter TABS = Splitter.on('\t').limit(5);

  private record Entry(String sha256, FileStamp stamp) {}

  private final Path file;
  private final Map<String, Entry> before;
  private final Map<String, Entry> found = new HashMap<>();

  private RememberedHashes(Path file, Map<String, Entry> before) {
    this.file = file;
    this.before = before;
  }

  /** Reads what earlier runs have left about the files below a root. */
  static RememberedHashes of(Path cacheFolder, Path root) {
    String name =
        Hashing.sha256()
            .hashString(root.toAbsolutePath().normalize().toString(), StandardCharsets.UTF_8)
            .toString()
            .substring(0, 16);
    Path file = cacheFolder.resolve("contents-" + name + ".txt");
    return new RememberedHashes(file, read(file));
  }

  /** Where they are kept. */
  Path file() {
    return file;
  }

  /** The hash of a file that has not changed since it was read. */
  Optional<String> find(Path path, FileStamp stamp) {
    Entry entry = before.get(key(path));
    return entry != null && entry.stamp().equals(stamp)
        ? Optional.of(entry.sha256())
        : Optional.empty();
  }

  void put(Path path, FileStamp stamp, String sha256) {
    String key = key(path);
    if (key.indexOf('\n') < 0) {
      found.put(key, new Entry(sha256, stamp));
    }
  }

  /** Keeps what was found; others may have written since, so theirs is read again first. */
  void save() {
    if (found.isEmpty()) {
      return;
    }
    var all = new TreeMap<>(read(file));
    all.putAll(found);
    var text = new StringBuilder();
    all.forEach(
        (path, entry) ->
            text.append(entry.sha256())
                .append('\t')
                .append(entry.stamp().size())
                .append('\t')
                .append(entry.stamp().modified())
                .append('\t')
                .append(entry.stamp().changed())
                .append('\t')
                .append(path)
                .append('\n'));
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path aside = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
      try {
        Files.writeString(aside, text, StandardCharsets.UTF_8);
        Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(aside);
      }
    } catch (IOException e) {
      LOG.warn("{} can't be written: files will be read again next time ({})", file, e.toString());
    }
    found.clear();
  }

  private static Map<String, Entry> read(Path file) {
    var entries = new HashMap<String, Entry>();
    if (!Files.exists(file)) {
      return entries;
    }
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        List<String> parts = TABS.splitToList(line);
        if (parts.size() == 5 && parts.get(0).matches("[0-9a-f]{64}")) {
          entries.put(
              parts.get(4),
              new Entry(
                  parts.get(0),
                  new FileStamp(
                      Long.parseLong(parts.get(1)),
                      Long.parseLong(parts.get(2)),
                      Long.parseLong(parts.get(3)))));
        }
      }
    } catch (IOException | NumberFormatException e) {
      LOG.warn("{} is broken ({}): files are read again", file, e.toString());
    }
    return entries;
  }

  private static String key(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }
}
