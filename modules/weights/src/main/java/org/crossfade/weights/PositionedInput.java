package org.crossfade.weights;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A buffered stream that knows how far it was read, and how much is left. */
final class PositionedInput extends FilterInputStream {
  private final long size;
  private long position;

  /**
   * @param in at its start; closed with this
   * @param size bytes in all
   */
  PositionedInput(InputStream in, long size) {
    super(new BufferedInputStream(in));
    this.size = size;
  }

  long position() {
    return position;
  }

  long remaining() {
    return size - position;
  }

  /** The next {@code bytes} (at most 8) as an unsigned little-endian number, without moving on. */
  long peekLittleEndian(int bytes) throws IOException {
    in.mark(bytes);
    byte[] next = in.readNBytes(bytes);
    in.reset();
    long value = 0;
    for (int i = next.length - 1; i >= 0; i--) {
      value = value << 8 | (next[i] & 0xFF);
    }
    return value;
  }

  @Override
  public int read() throws IOException {
    int value = in.read();
    if (value >= 0) {
      position++;
    }
    return value;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = in.read(target, offset, length);
    position += Math.max(count, 0);
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = in.skip(count);
    position += skipped;
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
