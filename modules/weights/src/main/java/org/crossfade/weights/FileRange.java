package org.crossfade.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads ranges of a file; the file is open only while it is read. */
final class FileRange {
  private FileRange() {}

  /**
   * Bytes {@code position} to {@code position + length}, little-endian.
   *
   * @throws WeightFileException if the file ends before
   */
  static ByteBuffer read(Path file, long position, int length) {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw new WeightFileException(
              file,
              "ends at byte %d, but a tensor reaches to byte %d: the file is truncated; get it again"
                  .formatted(channel.size(), position + length));
        }
      }
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be read: " + e.getMessage(), e);
    }
    return buffer.flip();
  }
}
