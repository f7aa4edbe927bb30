package org.crossfade.weights;

import java.nio.ByteBuffer;

/** Where the elements of one tensor come from. */
@FunctionalInterface
interface TensorBytes {
  /** All elements, row-major and contiguous, little-endian, position 0; never written to. */
  ByteBuffer read();
}
