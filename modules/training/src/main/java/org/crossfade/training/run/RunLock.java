package org.crossfade.training.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one process at a time train in a run's folder. The lock is the system's, on the file {@code
 * run.lock}, so that it ends with the process, however that ends; the file stays, and is empty
 * where nobody trains.
 */
public final class RunLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);
  private static final String FILE = "run.lock";
  private static final Pattern SELF = Pattern.compile("^process (\\d+) on (.*), since ");

  /** Behind all text: what is locked can't be read on some systems. */
  private static final long PLACE = Long.MAX_VALUE - 1;

  /**
   * Who holds what in this process. A second channel to a file must not even be opened here:
   * closing it would end the lock of the first.
   */
  private static final Map<Path, String> HELD = new ConcurrentHashMap<>();

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock of a folder, which is there.
   *
   * @throws RunFolderException if somebody holds it; the message says who
   */
  public static RunLock take(Path folder) throws IOException {
    Path file = folder.toRealPath().resolve(FILE);
    String self = self();
    String other = HELD.putIfAbsent(file, self);
    if (other != null) {
      throw taken(folder, other);
    }
    FileChannel channel = null;
    boolean held = false;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!lock(channel, file)) {
        throw taken(folder, Files.readString(file).strip());
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap((self + "\n").getBytes(StandardCharsets.UTF_8)), 0);
      held = true;
      return new RunLock(file, channel);
    } finally {
      if (!held) {
        HELD.remove(file);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  /**
   * Checks that nobody trains in a folder, which need not be there.
   *
   * @throws RunFolderException if somebody does; the message says who
   */
  public static void requireFree(Path folder) throws IOException {
    if (Files.exists(folder.resolve(FILE))) {
      take(folder).close();
    }
  }

  /**
   * Returns who trains in a folder, as far as its lock's file says: the lock itself is not touched,
   * so that nobody is kept from it. A process of this host that has ended does not count.
   */
  public static Optional<String> holder(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    String text = Files.readString(file).strip();
    Matcher self = SELF.matcher(text);
    boolean ended =
        self.find()
            && self.group(2).equals(host())
            && ProcessHandle.of(Long.parseLong(self.group(1)))
                .filter(ProcessHandle::isAlive)
                .isEmpty();
    return text.isEmpty() || ended ? Optional.empty() : Optional.of(text);
  }

  private static boolean lock(FileChannel channel, Path file) {
    try {
      FileLock lock = channel.tryLock(PLACE, 1, false);
      return lock != null;
    } catch (IOException e) {
      LOG.warn(
          "{}: this file system has no locks ({}); see to it that one process alone trains here",
          file,
          e.getMessage());
      return true;
    }
  }

  private static RunFolderException taken(Path folder, String holder) {
    return new RunFolderException(
        "in the run folder '"
            + folder
            + "' trains "
            + (holder.isEmpty() ? "another process" : holder)
            + ". Wait until it ends, stop it, or give another --run-dir");
  }

  /** Returns this process in words: its number, its host, since when. */
  public static String self() {
    return "process %d on %s, since %s"
        .formatted(
            ProcessHandle.current().pid(), host(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this host";
    }
  }

  /** Gives the lock back. */
  @Override
  public void close() throws IOException {
    try (channel) {
      channel.truncate(0);
    } finally {
      HELD.remove(file);
    }
  }
}
