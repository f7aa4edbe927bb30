package org.crossfade.weights;

import java.nio.ByteBuffer;

/** Reads elements of storages on demand. */
@FunctionalInterface
interface StorageReader {
  /**
   * Elements {@code first} to {@code first + count} of a storage, little-endian, position 0.
   *
   * @throws WeightFileException if they cannot be read
   */
  ByteBuffer read(TorchStorage storage, long first, int count);
}
