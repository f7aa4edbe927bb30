package org.crossfade.weights;

import java.util.Set;

/**
 * A {@code .pth} file after its pickle was read.
 *
 * @param root what was saved: mappings, lists, numbers, {@link StridedTensor}s and {@link
 *     Placeholder}s
 * @param storages reads the elements of storages
 * @param placeholders the classes and functions that became placeholders
 */
record TorchFile(Object root, StorageReader storages, Set<String> placeholders) {}
