package org.crossfade.weights;

/**
 * A flat run of elements that tensors are windows of.
 *
 * @param key its name in the file
 * @param type of its elements
 * @param size elements of this storage
 * @param first where it starts in the storage of that key, in elements: not 0 for a view, which old
 *     files have
 */
record TorchStorage(String key, DataType type, long size, long first) {}
