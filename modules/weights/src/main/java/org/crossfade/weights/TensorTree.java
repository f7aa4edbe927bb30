package org.crossfade.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks through what a pickle made, for the mappings and lists that directly hold tensors. What is
 * shared is found at each of its places (an average that is the same object as the weights hides
 * neither); what contains itself is entered once.
 */
final class TensorTree {
  private static final int DEEPEST = 16;
  private static final int LONGEST_NAME = 512;
  private static final int MOST_TENSORS = 200_000;
  private static final int MOST_PLACEHOLDERS = 10_000;
  private static final int MOST_STEPS = 10_000_000;
  private static final int STEPS_OF_AN_OBJECT = 8;

  private final Path file;
  private final TorchFile torch;
  private final Map<String, Map<String, NamedTensor>> entries = new LinkedHashMap<>();
  private final Map<String, Placeholder> placeholders = new LinkedHashMap<>();
  private final Set<Object> entered = Collections.newSetFromMap(new IdentityHashMap<>());
  private int tensors;
  private int steps;

  private TensorTree(Path file, TorchFile torch) {
    this.file = file;
    this.torch = torch;
  }

  /**
   * The tree of a file.
   *
   * @throws WeightFileException if two tensors or two mappings have one name, or if there are more
   *     than any network has
   */
  static TensorTree of(Path file, TorchFile torch) {
    TensorTree tree = new TensorTree(file, torch);
    tree.enter("", torch.root(), 0);
    return tree;
  }

  /** The tensors by the path of their mapping and by name, in the order of the file. */
  Map<String, Map<String, NamedTensor>> entries() {
    return Collections.unmodifiableMap(entries);
  }

  /** The placeholders by path, the first 10,000 of them. */
  Map<String, Placeholder> placeholders() {
    return Collections.unmodifiableMap(placeholders);
  }

  /** The path of what a mapping of a path holds under a key. */
  static String join(String path, String key) {
    return path.isEmpty() ? key : path + "/" + key;
  }

  private void enter(String path, Object container, int depth) {
    if (depth > DEEPEST || !entered.add(container)) {
      return;
    }
    Map<String, NamedTensor> own = new LinkedHashMap<>();
    List<Runnable> below = new ArrayList<>();
    if (container instanceof Map<?, ?> mapping) {
      mapping.forEach((key, value) -> look(path, key, value, own, below, depth));
    } else if (container instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        look(path, i, list.get(i), own, below, depth);
      }
    } else if (container instanceof Object[] tuple) {
      for (int i = 0; i < tuple.length; i++) {
        look(path, i, tuple[i], own, below, depth);
      }
    }
    if (!own.isEmpty() && entries.put(path, Collections.unmodifiableMap(own)) != null) {
      throw new WeightFileException(
          file, "two of its mappings lie below '%s'".formatted(PrintableText.name(path)));
    }
    below.forEach(Runnable::run);
    entered.remove(container);
  }

  private void look(
      String path,
      Object key,
      Object value,
      Map<String, NamedTensor> own,
      List<Runnable> below,
      int depth) {
    boolean isPlain = value == null || value instanceof String || value instanceof Number;
    steps += isPlain ? 1 : STEPS_OF_AN_OBJECT;
    if (steps > MOST_STEPS) {
      throw new WeightFileException(
          file,
          "takes more than %d steps to look through: its parts contain each other too often. Save"
                  .formatted(MOST_STEPS)
              + " the weights alone, as torch.save(model.state_dict(), file) does");
    }
    if (value instanceof StridedTensor tensor) {
      String name = String.valueOf(key);
      if (own.put(name, named(name, tensor)) != null) {
        throw new WeightFileException(
            file,
            "two tensors below '%s' are called '%s'"
                .formatted(PrintableText.name(path), PrintableText.name(name)));
      }
    } else if (value instanceof Placeholder placeholder) {
      if (placeholders.size() < MOST_PLACEHOLDERS) {
        placeholders.put(join(path, String.valueOf(key)), placeholder);
      }
    } else if (value instanceof Map || value instanceof List || value instanceof Object[]) {
      below.add(() -> enter(join(path, String.valueOf(key)), value, depth + 1));
    }
  }

  private NamedTensor named(String name, StridedTensor tensor) {
    tensors++;
    if (tensors > MOST_TENSORS) {
      throw new WeightFileException(
          file, "holds more than %d tensors, which no network here has".formatted(MOST_TENSORS));
    }
    requireShort(file, name);
    try {
      return tensor.named(name, torch.storages());
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(file, e.getMessage(), e);
    }
  }

  /** Refuses names that are no names. */
  static void requireShort(Path file, String name) {
    if (name.length() > LONGEST_NAME) {
      throw new WeightFileException(
          file,
          "the name of a tensor, '%s', has %d characters; at most %d are read"
              .formatted(PrintableText.name(name), name.length(), LONGEST_NAME));
    }
  }
}
