package org.crossfade.datasets.sampling;

import java.util.Random;
import java.util.function.Function;

/**
 * An order made of rounds of equal length, each generated from its own seed when it is first
 * needed. Only the last round that was used is kept, so walking forwards costs one generation a
 * round.
 */
final class Rounds implements SamplingOrder {
  static final int MAX_LENGTH = 1 << 28;

  private record Round(long number, Entries entries) {}

  /** The indices of a round; a class of its own because records should not hold arrays. */
  private static final class Entries {
    final int[] indices;

    Entries(int[] indices) {
      this.indices = indices;
    }
  }

  private final int length;
  private final long seed;
  private final Function<Random, int[]> generator;
  private volatile Round current;

  /**
   * Rounds of {@code length} draws.
   *
   * @param generator the indices of a round from its random numbers; as many as {@code length}
   */
  Rounds(int length, long seed, Function<Random, int[]> generator) {
    this.length = length;
    this.seed = seed;
    this.generator = generator;
  }

  @Override
  public int indexAt(long position) {
    long number = position / length;
    Round round = current;
    if (round == null || round.number != number) {
      round = new Round(number, new Entries(generator.apply(new Random(Draws.mix(seed, number)))));
      current = round;
    }
    return round.entries.indices[(int) (position % length)];
  }

  /** Shuffles in place, every permutation equally likely (Fisher and Yates). */
  static void shuffle(int[] values, Random random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }
}
