package org.crossfade.core.graph;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;

/**
 * How much memory is left for variables. A network that an option has made too large is refused
 * while its graph is built: TensorFlow's native code ends the process where it gets no memory.
 */
final class MemoryRoom {
  private static final int BYTES = Float.BYTES;

  private final long bytes;
  private long taken;

  /** Creates a room of so many bytes. */
  MemoryRoom(long bytes) {
    this.bytes = bytes;
  }

  /** Returns the memory of this machine; of the container, where there is one. */
  static MemoryRoom ofMachine() {
    return new MemoryRoom(
        ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
            ? system.getTotalMemorySize()
            : Long.MAX_VALUE);
  }

  /**
   * Counts one more variable.
   *
   * @throws IllegalArgumentException if it has more values than an array of Java, or all together
   *     need more memory than there is
   */
  void take(ParameterSpec spec) {
    BigInteger values = BigInteger.ONE;
    for (long size : spec.shape().asArray()) {
      values = values.multiply(BigInteger.valueOf(size));
    }
    if (values.bitLength() > Integer.SIZE - 1) {
      throw new IllegalArgumentException(
          "variable '%s' of the shape %s would have %s values; at most %d are possible. Which"
                  .formatted(spec.name(), spec.shape(), values, Integer.MAX_VALUE)
              + " option makes the network so large?");
    }
    taken += values.longValueExact() * BYTES;
    if (taken > bytes) {
      throw new IllegalArgumentException(
          "the variables up to '%s' of the shape %s need %d MB, and this machine has %d MB. Which"
                  .formatted(spec.name(), spec.shape(), taken >> 20, bytes >> 20)
              + " option makes the network so large?");
    }
  }
}
