package org.crossfade.weights;

import java.nio.file.Path;

/**
 * What reading a file may cost. A pickle is a program, and a few bytes of it, or of an archive, can
 * ask for more work and memory than any machine has; weights need little of both.
 */
final class WorkBudget {
  /** Steps of a pickle; a tensor takes some 150, so that this is a file of 50,000 tensors. */
  static final long PICKLE_STEPS = 8_000_000;

  /** Bytes of a pickle, elements of tensors not counted, which lie outside of it: 512 MiB. */
  static final long PICKLE_BYTES = 512L << 20;

  private final Path file;
  private final long steps;
  private final long bytes;
  private long stepsTaken;
  private long bytesRead;

  WorkBudget(Path file) {
    this(file, PICKLE_STEPS, PICKLE_BYTES);
  }

  /**
   * @param file named when the budget is used up
   * @param steps of all pickles of the file together
   * @param bytes of all pickles of the file together
   */
  WorkBudget(Path file, long steps, long bytes) {
    this.file = file;
    this.steps = steps;
    this.bytes = bytes;
  }

  /**
   * Takes steps; one stands for an operation, or for some 16 bytes of memory.
   *
   * @throws WeightFileException if there are not as many left
   */
  void take(long count) {
    stepsTaken += count;
    if (stepsTaken > steps) {
      throw exceeded("takes more than %d steps to read".formatted(steps));
    }
  }

  /**
   * Reads bytes.
   *
   * @throws WeightFileException if there are not as many left
   */
  void read(long count) {
    bytesRead += count;
    if (bytesRead > bytes || count > bytes) {
      throw exceeded("holds more than %d MiB, tensors not counted".formatted(bytes >> 20));
    }
  }

  private WeightFileException exceeded(String what) {
    return new WeightFileException(
        file,
        "its pickle "
            + what
            + ", which no weights need: it is damaged or made to exhaust the machine, or holds much"
            + " beside its weights. Save the weights alone, as"
            + " torch.save(model.state_dict(), file) does");
  }
}
