package org.crossfade.datasets.content;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.crossfade.core.data.DataException;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.datasets.decoding.Prefetcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SHA-256 of files. In a cache folder they are remembered by path, size and time, so that only
 * files that are new or have changed are read again; how much that is, is logged before it begins.
 *
 * @param root of the data set, whose files share one file of the cache
 * @param cacheFolder asked for when it is needed; without one nothing is remembered
 */
public record FileHashes(Path root, Optional<Supplier<Path>> cacheFolder) {
  private static final Logger LOG = LoggerFactory.getLogger(FileHashes.class);
  private static final int MOST_THREADS = 4;
  private static final long SAVE_EVERY = TimeUnit.SECONDS.toNanos(30);

  private record Unread(Path file, FileStamp stamp) {}

  /**
   * The hash of each file, as hexadecimal digits. Whole folders of links to the same files are read
   * once each link.
   *
   * @param files that exist; repetitions are read once
   * @param what they are, for the log
   * @throws DataException naming the first file that cannot be read
   */
  public Map<Path, String> of(List<Path> files, String what) {
    Optional<RememberedHashes> remembered =
        cacheFolder.map(folder -> RememberedHashes.of(folder.get(), root));
    var hashes = new HashMap<Path, String>();
    var unread = new ArrayList<Unread>();
    Set<Path> distinct = new LinkedHashSet<>(files);
    for (Path file : distinct) {
      FileStamp stamp = stamp(file);
      remembered
          .flatMap(known -> known.find(file, stamp))
          .ifPresentOrElse(
              hash -> hashes.put(file, hash), () -> unread.add(new Unread(file, stamp)));
    }
    if (!unread.isEmpty()) {
      LOG.info(
          "{}: reading {} of {} files, {}, to know what they hold{}",
          what,
          unread.size(),
          distinct.size(),
          size(unread.stream().mapToLong(one -> one.stamp().size()).sum()),
          remembered.isEmpty() ? "" : "; later only those that change");
      read(unread, hashes, remembered, what);
    }
    return hashes;
  }

  /** What a file is called below the root, with forward slashes; elsewhere its absolute path. */
  public String name(Path file) {
    Path at = file.toAbsolutePath().normalize();
    Path below = root.toAbsolutePath().normalize();
    return (at.startsWith(below) ? below.relativize(at) : at).toString().replace('\\', '/');
  }

  private static void read(
      List<Unread> unread,
      Map<Path, String> hashes,
      Optional<RememberedHashes> remembered,
      String what) {
    int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    long saved = System.nanoTime();
    try (var pool = new DecodingPool(threads);
        var contents =
            new Prefetcher<>(
                pool, i -> sha256(unread.get((int) i).file()), 0, unread.size(), 4 * threads)) {
      for (Unread one : unread) {
        hashes.put(one.file(), contents.next());
        if (remembered.isPresent() && mayBeRemembered(one)) {
          remembered.get().put(one.file(), one.stamp(), hashes.get(one.file()));
        }
        if (System.nanoTime() - saved > SAVE_EVERY) {
          LOG.info("{}: {} of {} files read", what, contents.position(), unread.size());
          remembered.ifPresent(RememberedHashes::save);
          saved = System.nanoTime();
        }
      }
    } finally {
      remembered.ifPresent(RememberedHashes::save);
    }
  }

  /** Not what has changed while it was read, or could change within the clock's tick. */
  private static boolean mayBeRemembered(Unread one) {
    long now = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    return !one.stamp().tooYoung(now) && stamp(one.file()).equals(one.stamp());
  }

  private static FileStamp stamp(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DataException(
          file + (Files.exists(file) ? ": is a folder or a device, not a file" : ": no such file"));
    }
    try {
      return FileStamp.of(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static String sha256(Path file) {
    try {
      return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(file, e);
    }
  }

  private static DataException unreadable(Path file, Exception cause) {
    return new DataException(file + ": cannot be read: " + cause.getMessage(), cause);
  }

  /** A number of bytes for people: {@code 57.1 GB}. */
  static String size(long bytes) {
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.3f GB", bytes / 1e9)
        : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
