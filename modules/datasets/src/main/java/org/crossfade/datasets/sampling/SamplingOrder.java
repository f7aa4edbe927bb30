package org.crossfade.datasets.sampling;

import java.util.Optional;
import java.util.Random;

/**
 * An endless order of draws from a data set: a pure function, so that a stream can start anywhere
 * and still draw what it would have drawn there.
 */
@FunctionalInterface
public interface SamplingOrder {
  /**
   * The index in the data set of the draw at {@code position}.
   *
   * @param position from 0, counted in samples
   */
  int indexAt(long position);

  /**
   * What the sample of the draw at {@code position} must show after its transforms, if anything.
   *
   * @param position from 0, counted in samples
   */
  default Optional<Quota> quotaAt(long position) {
    return Optional.empty();
  }

  /**
   * A class that a transformed sample must show enough of. A sample that does not is transformed
   * anew, with other random numbers.
   *
   * @param classId its train id
   * @param moreThan pixels
   * @param attempts that are checked; the one behind them is taken as it is
   */
  record Quota(int classId, double moreThan, int attempts) {}

  /** The list in its own order, over and over. */
  static SamplingOrder sequential(int size) {
    requireSize(size);
    return position -> (int) (position % size);
  }

  /** Each pass over the list in another random order; within a pass every sample comes once. */
  static SamplingOrder epochs(int size, long seed) {
    return repeatedThenShuffled(size, size, seed);
  }

  /** Each draw uniform over the list, whatever was drawn before. */
  static SamplingOrder withReplacement(int size, long seed) {
    requireSize(size);
    return position -> new Random(Draws.mix(seed, position)).nextInt(size);
  }

  /**
   * The order of AdaptSegNet, FDA and MetaPix: the list is repeated until it has at least {@code
   * draws} entries, then shuffled as a whole, so that one batch may hold a sample twice. Beyond
   * those entries it is shuffled anew.
   *
   * @param draws the number of draws of the whole phase, iterations times batch
   */
  static SamplingOrder repeatedThenShuffled(int size, long draws, long seed) {
    requireSize(size);
    if (draws < 1) {
      throw new IllegalArgumentException("expected at least one draw, found " + draws);
    }
    long entries = (draws + size - 1) / size * size;
    if (entries > Rounds.MAX_LENGTH) {
      throw new IllegalArgumentException(
          draws
              + " draws from "
              + size
              + " samples are more than one shuffled list can hold ("
              + Rounds.MAX_LENGTH
              + ")");
    }
    return new Rounds(
        (int) entries,
        seed,
        random -> {
          int[] order = new int[(int) entries];
          for (int i = 0; i < order.length; i++) {
            order[i] = i % size;
          }
          Rounds.shuffle(order, random);
          return order;
        });
  }

  private static void requireSize(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("cannot draw from an empty data set");
    }
  }
}
