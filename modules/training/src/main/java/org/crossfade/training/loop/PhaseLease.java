package org.crossfade.training.loop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.crossfade.training.run.FileProblem;
import org.crossfade.training.run.RunLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The word of one process that it trains a shared phase, on any machine that sees the folder: a
 * file that its holder rewrites every few seconds. Whoever has watched it unchanged for long enough
 * takes it over, so that a holder that died holds up nobody; no two clocks are compared.
 *
 * <p>A lease spares work and guards nothing: two that train the same phase write the same.
 */
final class PhaseLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PhaseLease.class);

  /**
   * How leases are renewed and end.
   *
   * @param renewal between two signs of life
   * @param expiry after how long without one the holder counts as dead
   */
  record Times(Duration renewal, Duration expiry) {
    /** On file systems that show a file's content late, too, a living holder is not missed. */
    static final Times USUAL = new Times(Duration.ofSeconds(5), Duration.ofSeconds(60));
  }

  private final Path file;
  private final String own;
  private final ScheduledExecutorService renewing;
  private long renewals;

  private PhaseLease(Path file, Times times) {
    this.file = file;
    this.own = RunLock.self() + "\n" + UUID.randomUUID() + "\n";
    this.renewing =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              var thread = new Thread(work, "phase-lease");
              thread.setDaemon(true);
              return thread;
            });
    long nanos = times.renewal().toNanos();
    var unused = renewing.scheduleAtFixedRate(this::renew, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** Takes a lease that nobody holds; empty if somebody does. */
  static Optional<PhaseLease> take(Path file, Times times) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      return Optional.empty();
    }
    var lease = new PhaseLease(file, times);
    lease.renew();
    return Optional.of(lease);
  }

  /** Returns who holds a lease, in words. */
  static String holder(Path file) throws IOException {
    String first = content(file).lines().findFirst().orElse("");
    return first.isEmpty() ? "another process" : first;
  }

  private static String content(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private static Path aside(Path file) {
    return file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
  }

  private synchronized void renew() {
    try {
      String there = content(file);
      if (there.isEmpty() || there.startsWith(own)) {
        // Moved, so that nobody reads half of it.
        Path aside = aside(file);
        Files.writeString(aside, own + renewals++ + "\n", StandardCharsets.UTF_8);
        Files.move(
            aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      LOG.debug("{} is not renewed: {}", file, FileProblem.describe(e));
    }
  }

  /** Gives the lease back. */
  @Override
  public void close() {
    renewing.shutdown();
    try {
      // A renewal under way must not bring the file back.
      renewing.awaitTermination(10, TimeUnit.SECONDS);
      if (content(file).startsWith(own)) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.debug("{} stays until it expires: {}", file, FileProblem.describe(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Watches a lease that another holds, and frees it when its holder counts as dead. */
  static final class Watch {
    private final Path file;
    private final Times times;
    private String seen = "";
    private long since;
    private boolean begun;

    Watch(Path file, Times times) {
      this.file = file;
      this.times = times;
    }

    /** Looks once; returns whether the lease was found dead, and is free now. */
    boolean freed() throws IOException {
      String now = content(file);
      long time = System.nanoTime();
      if (!begun || !now.equals(seen)) {
        begun = true;
        seen = now;
        since = time;
        return false;
      }
      if (time - since < times.expiry().toNanos()) {
        return false;
      }
      return free();
    }

    /** Two may find it dead at once: what the slower one moves away is the faster one's. */
    private boolean free() throws IOException {
      Path aside = aside(file);
      try {
        Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
      } catch (NoSuchFileException e) {
        return true;
      }
      boolean dead = content(aside).equals(seen);
      if (!dead && !Files.exists(file)) {
        Files.move(aside, file);
      }
      Files.deleteIfExists(aside);
      begun = false;
      if (dead) {
        LOG.warn("{}: its holder gave no sign of life for {}", file, times.expiry());
      }
      return dead;
    }
  }
}
