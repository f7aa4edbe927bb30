package org.crossfade.datasets.sampling;

/** Seeds from seeds: what keeps every draw of a stream a pure function of its position. */
public final class Draws {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Draws() {}

  /** A well-mixed seed of the draw at {@code position} in the stream seeded with {@code seed}. */
  public static long mix(long seed, long position) {
    return finish(finish(seed + GOLDEN) + (position + 1) * GOLDEN);
  }

  /** The finaliser of SplitMix64. */
  private static long finish(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
