package org.crossfade.weights;

/**
 * Keys of mappings. Text, whole numbers, truth values and None are themselves. Anything else (a
 * tuple, a floating point number, an enumerated value) is a key by its identity: to hash what a
 * pickle nests can take for ever.
 */
final class MappingKey {
  private final Object key;

  private MappingKey(Object key) {
    this.key = key;
  }

  /** What a mapping holds for a key of a pickle. */
  static Object of(Object key) {
    return key == null || key instanceof String || key instanceof Number || key instanceof Boolean
        ? key
        : new MappingKey(key);
  }

  @Override
  public String toString() {
    return key instanceof Placeholder placeholder ? placeholder.className() : "(a key)";
  }
}
