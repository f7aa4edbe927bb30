package org.crossfade.weights;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The operands of a pickle, little-endian. It knows how far it was read and how much is left, and
 * makes no room for more than there is. Texts and numbers longer than any that weights need are
 * passed over without being kept.
 */
final class PickleInput implements Closeable {
  /** Bytes of a text that is kept: no tensor and no mapping has a longer name. */
  private static final int LONGEST_TEXT = 1 << 16;

  /** Bytes of a number that is kept: PyTorch's magic number has 10. */
  private static final int LONGEST_NUMBER = 16;

  private static final int LONGEST_DIGITS = 40;

  private final InputStream in;
  private final long size;
  private final WorkBudget budget;
  private long position;

  /**
   * @param in at its start; closed with this
   * @param size bytes in all
   */
  PickleInput(InputStream in, long size, WorkBudget budget) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.size = size;
    this.budget = budget;
  }

  long position() {
    return position;
  }

  long remaining() {
    return size - position;
  }

  int unsignedByte() throws IOException {
    budget.read(1);
    int value = in.read();
    if (value < 0) {
      throw new EOFException("no byte is left");
    }
    position++;
    return value;
  }

  /** The next {@code bytes}, at most 8, as a number. */
  long unsigned(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) unsignedByte() << (8 * i);
    }
    return value;
  }

  void skip(long count) throws IOException {
    requireLeft(count);
    budget.read(count);
    in.skipNBytes(count);
    position += count;
  }

  /** UTF-8 text of {@code count} bytes; empty if it is too long to be a name. */
  Optional<String> text(long count) throws IOException {
    if (count < 0 || count > LONGEST_TEXT) {
      skip(count);
      return Optional.empty();
    }
    return Optional.of(new String(bytes((int) count), StandardCharsets.UTF_8));
  }

  /** A number of {@code count} bytes, signed; empty if it is too long to be of any use. */
  Optional<Number> number(long count) throws IOException {
    if (count < 0 || count > LONGEST_NUMBER) {
      skip(count);
      return Optional.empty();
    }
    byte[] bytes = bytes((int) count);
    byte[] bigEndian = new byte[bytes.length + 1];
    bigEndian[0] = (byte) (bytes.length > 0 && bytes[bytes.length - 1] < 0 ? -1 : 0);
    for (int i = 0; i < bytes.length; i++) {
      bigEndian[bytes.length - i] = bytes[i];
    }
    return Optional.of(narrowed(new BigInteger(bigEndian)));
  }

  /** A number in digits, as {@link #number(long)}. */
  static Optional<Number> digits(String line) {
    String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
    return digits.length() > LONGEST_DIGITS
        ? Optional.empty()
        : Optional.of(narrowed(new BigInteger(digits)));
  }

  /** The next line without its end; empty if it is too long to be a name or a number. */
  Optional<String> line() throws IOException {
    byte[] kept = new byte[64];
    int length = 0;
    while (true) {
      int next = unsignedByte();
      if (next == '\n') {
        return length > LONGEST_TEXT
            ? Optional.empty()
            : Optional.of(new String(kept, 0, length, StandardCharsets.UTF_8));
      }
      if (length == kept.length && length < LONGEST_TEXT) {
        kept = Arrays.copyOf(kept, length * 2);
      }
      if (length < kept.length) {
        kept[length] = (byte) next;
        length++;
      } else {
        length = LONGEST_TEXT + 1;
      }
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private byte[] bytes(int count) throws IOException {
    requireLeft(count);
    budget.read(count);
    byte[] bytes = in.readNBytes(count);
    position += bytes.length;
    if (bytes.length < count) {
      throw new EOFException("%d bytes are announced, %d are left".formatted(count, bytes.length));
    }
    return bytes;
  }

  private void requireLeft(long count) {
    if (count < 0 || count > remaining()) {
      throw new MalformedPickleException(
          "%s bytes are announced, %d are left"
              .formatted(Long.toUnsignedString(count), remaining()));
    }
  }

  private static Number narrowed(BigInteger number) {
    if (number.bitLength() < Integer.SIZE) {
      return number.intValue();
    }
    return number.bitLength() < Long.SIZE ? (Number) number.longValue() : number;
  }
}
