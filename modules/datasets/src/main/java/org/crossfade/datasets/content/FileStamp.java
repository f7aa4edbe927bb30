package org.crossfade.datasets.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * By what a changed file is noticed without reading it.
 *
 * @param size in bytes
 * @param modified time of the last change of the content, in nanoseconds since 1970
 * @param changed time of the last change of content or attributes, where the system tells it, else
 *     0: it also moves when a copy brings an old time along
 */
record FileStamp(long size, long modified, long changed) {
  /** A file system may keep times as coarsely as this. */
  private static final long COARSEST = TimeUnit.SECONDS.toNanos(2);

  static FileStamp of(Path file) throws IOException {
    boolean unix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
    Map<String, Object> attributes =
        Files.readAttributes(
            file, unix ? "unix:size,lastModifiedTime,ctime" : "size,lastModifiedTime");
    return new FileStamp(
        (Long) attributes.get("size"),
        nanoseconds((FileTime) attributes.get("lastModifiedTime")),
        unix ? nanoseconds((FileTime) attributes.get("ctime")) : 0);
  }

  /** Whether the file could still change without another stamp: it was written just now. */
  boolean tooYoung(long now) {
    return Math.abs(now - modified) < COARSEST;
  }

  private static long nanoseconds(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }
}
