package org.crossfade.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A window on a storage: element (i, j, ...) lies at offset + i·strides[0] + j·strides[1] + ...
 * Several tensors may share a storage, and a window need be neither dense nor in order.
 */
final class StridedTensor {
  private final TorchStorage storage;
  private final long offset;
  private final long[] shape;
  private final long[] strides;

  /**
   * @throws IllegalArgumentException if the window leaves the storage
   */
  StridedTensor(TorchStorage storage, long offset, long[] shape, long[] strides) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape.clone();
    this.strides = strides.clone();
    if (offset < 0
        || strides.length != shape.length
        || Arrays.stream(strides).anyMatch(stride -> stride < 0)
        || Arrays.stream(shape).anyMatch(extent -> extent < 0)
        || Math.addExact(offset, span()) > storage.size()) {
      throw new IllegalArgumentException(
          "a tensor of shape %s, strides %s and offset %d does not lie in its storage '%s' of %d elements"
              .formatted(
                  Arrays.toString(shape),
                  Arrays.toString(strides),
                  offset,
                  PrintableText.name(storage.key()),
                  storage.size()));
    }
  }

  /**
   * This tensor under a name; its elements are read on demand.
   *
   * @throws IllegalArgumentException if it is larger than 2 GiB
   */
  NamedTensor named(String name, StorageReader storages) {
    return new NamedTensor(name, storage.type(), shape, () -> elements(name, storages));
  }

  private ByteBuffer elements(String name, StorageReader storages) {
    long span = span();
    if (span > Integer.MAX_VALUE / storage.type().bytes()) {
      throw new IllegalArgumentException(
          "tensor '%s' is spread over more than 2 GiB, which cannot be read here"
              .formatted(PrintableText.name(name)));
    }
    ByteBuffer window = storages.read(storage, storage.first() + offset, (int) span);
    return isDense() ? window : gather(window);
  }

  /** Elements from the first to the last of the window, both included. */
  private long span() {
    long last = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] == 0) {
        return 0;
      }
      last = Math.addExact(last, Math.multiplyExact(shape[axis] - 1, strides[axis]));
    }
    return last + 1;
  }

  private boolean isDense() {
    long step = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (shape[axis] != 1 && strides[axis] != step) {
        return false;
      }
      step *= shape[axis];
    }
    return true;
  }

  private ByteBuffer gather(ByteBuffer window) {
    int bytes = storage.type().bytes();
    int size = 1;
    for (long extent : shape) {
      size *= (int) extent;
    }
    ByteBuffer dense = ByteBuffer.allocate(size * bytes).order(ByteOrder.LITTLE_ENDIAN);
    long[] position = new long[shape.length];
    int at = 0;
    for (int i = 0; i < size; i++) {
      dense.put(i * bytes, window, at * bytes, bytes);
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        at += (int) strides[axis];
        if (++position[axis] < shape[axis]) {
          break;
        }
        at -= (int) (position[axis] * strides[axis]);
        position[axis] = 0;
      }
    }
    return dense;
  }
}
