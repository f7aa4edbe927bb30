package org.crossfade.datasets.streets;

/**
 * A stream of random numbers that is the same on every platform and every Java release: SplitMix64
 * (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014), written
 * out here because {@link java.util.SplittableRandom} does not promise its sequence.
 */
final class Draw {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  private Draw(long state) {
    this.state = state;
  }

  /** Returns the stream that belongs to a sequence of keys. */
  static Draw of(long... keys) {
    long state = 0x5EED_0F_57_4E_E7L;
    for (long key : keys) {
      state = mix(state ^ mix(key + GOLDEN));
    }
    return new Draw(state);
  }

  /** Returns 64 well mixed bits of {@code value}. */
  static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Returns the next 64 bits. */
  long next() {
    state += GOLDEN;
    return mix(state);
  }

  /** Returns an independent stream; this one moves on by one draw. */
  Draw fork() {
    return new Draw(next());
  }

  /**
   * Returns an independent stream; this one stays where it is. What one style alone draws comes
   * from here, so that it moves nothing that both draw.
   */
  Draw aside() {
    return new Draw(mix(state ^ GOLDEN));
  }

  /** Returns a number in [0, 1). */
  double unit() {
    return (next() >>> 11) * 0x1.0p-53;
  }

  /** Returns a number in [low, high). */
  double between(double low, double high) {
    return low + (high - low) * unit();
  }

  /** Returns true with the given probability. */
  boolean chance(double probability) {
    return unit() < probability;
  }

  /** Returns an integer in [0, bound). */
  int below(int bound) {
    return (int) (unit() * bound);
  }

  /** Returns one of the choices. */
  @SafeVarargs
  final <T> T pick(T... choices) {
    return choices[below(choices.length)];
  }
}
