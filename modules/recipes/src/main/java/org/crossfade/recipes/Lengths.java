package org.crossfade.recipes;

/** Checks that phases share. */
final class Lengths {
  private Lengths() {}

  static void requireIterations(long iterations) {
    if (iterations < 0) {
      throw new IllegalArgumentException("iterations must be at least 0, found " + iterations);
    }
  }

  static void requireWithinHorizon(long iterations, long horizon) {
    if (iterations > horizon) {
      throw new IllegalArgumentException(
          "iterations must be at most decay.horizon, where the rate is 0: found %d and %d; set"
                  .formatted(iterations, horizon)
              + " decay.horizon with the iterations");
    }
  }

  static void requireEqualShares(int processes, int batch) {
    if (processes < 1 || batch % processes != 0) {
      throw new IllegalArgumentException(
          "processes must divide the batch of " + batch + " images, found " + processes);
    }
  }

  static void requireReplicas(int replicas, int batch) {
    if (replicas < 1 || batch % replicas != 0) {
      throw new IllegalArgumentException(
          "replicas must divide the batch of " + batch + " images, found " + replicas);
    }
  }
}
