package org.crossfade.weights;

/**
 * A {@code .pth} file after its pickle was read.
 *
 * @param root what was saved: mappings, lists, numbers, and {@link StridedTensor}s
 * @param storages reads the elements of storages
 */
record TorchFile(Object root, StorageReader storages) {}
