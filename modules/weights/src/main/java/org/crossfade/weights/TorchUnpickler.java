package org.crossfade.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.crossfade.weights.KnownClasses.StorageClass;

/**
 * Reads the pickles of one file of PyTorch without running anything: {@link KnownClasses} says what
 * is understood, and everything else is a {@link Placeholder}, whose name is kept for the reader's
 * user. All pickles of the file share one {@link WorkBudget}.
 */
final class TorchUnpickler {
  private final Path file;
  private final WorkBudget budget;
  private final KnownClasses known;
  private final Map<String, TorchStorage> storages = new HashMap<>();
  private final Map<String, Placeholder> foreignStorages = new HashMap<>();
  private final Set<String> placeholders = new LinkedHashSet<>();

  TorchUnpickler(Path file) {
    this.file = file;
    budget = new WorkBudget(file);
    known = new KnownClasses(budget);
  }

  /** The budget that the inputs of {@link #read} share. */
  WorkBudget budget() {
    return budget;
  }

  /**
   * The next pickle of an input, which is left right behind it.
   *
   * @throws WeightFileException if it ends too early, is malformed or takes too much work
   */
  Object read(PickleInput input) {
    try {
      return new PickleMachine(input, budget, this::standIn, this::storage).run();
    } catch (WeightFileException e) {
      throw e;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // A pickle is a program: a broken one casts what does not fit, or calls calls without end.
      throw malformed(input, e);
    }
  }

  /**
   * The next pickle of an input, which is what was saved.
   *
   * @throws WeightFileException as {@link #read}, and if it is an object of a class that would have
   *     to run, such as a whole model
   */
  Object readRoot(PickleInput input) {
    Object root = read(input);
    if (root instanceof Placeholder object) {
      throw new WeightFileException(file, object.inPlaceOfWeights());
    }
    return root;
  }

  /** Every storage that is no view, by key. */
  Map<String, TorchStorage> storages() {
    return Collections.unmodifiableMap(storages);
  }

  /** The storages of element types that are unknown here, by key. */
  Map<String, Placeholder> foreignStorages() {
    return Collections.unmodifiableMap(foreignStorages);
  }

  /** The classes and functions that became placeholders, in the order of the file. */
  Set<String> placeholders() {
    return Collections.unmodifiableSet(placeholders);
  }

  /** The name of a storage, which some files have as a number. */
  static String storageKey(Object key) {
    if (key instanceof String || key instanceof Number) {
      return key.toString();
    }
    throw new MalformedPickleException("the name of a storage is no text");
  }

  private Object standIn(String module, String name) {
    return known
        .find(module, name)
        .orElseGet(
            () -> {
              Placeholder placeholder = new Placeholder(module + "." + name);
              placeholders.add(placeholder.className());
              return placeholder;
            });
  }

  /**
   * ("storage", class, key, device, size) and, in old files, the view of it or None; or, in old
   * files of whole models, ("module", class, source file, source text).
   */
  private Object storage(Object id) {
    Object[] parts = (Object[]) id;
    if ("module".equals(parts[0]) && parts[1] instanceof Placeholder module) {
      return module;
    }
    if (!"storage".equals(parts[0])) {
      throw new MalformedPickleException("a reference to something other than a storage");
    }
    String key = storageKey(parts[2]);
    if (parts[1] instanceof Placeholder foreign) {
      foreignStorages.put(key, foreign);
      return foreign;
    }
    DataType type = ((StorageClass) parts[1]).type();
    long elements = KnownClasses.whole(parts[4]);
    if (elements < 0 || elements > Long.MAX_VALUE / Long.BYTES) {
      throw new MalformedPickleException(
          "storage '%s' is said to have %d elements".formatted(PrintableText.name(key), elements));
    }
    TorchStorage whole = new TorchStorage(key, type, elements, 0);
    TorchStorage before = storages.putIfAbsent(key, whole);
    if (before != null && !before.equals(whole)) {
      throw new MalformedPickleException(
          "storage '%s' has two types or sizes".formatted(PrintableText.name(key)));
    }
    if (parts.length > 5 && parts[5] instanceof Object[] view) {
      long first = KnownClasses.whole(view[1]);
      long size = KnownClasses.whole(view[2]);
      if (first < 0 || size < 0 || first > elements - size) {
        throw new MalformedPickleException(
            "a view leaves storage '%s'".formatted(PrintableText.name(key)));
      }
      return new TorchStorage(key, type, size, first);
    }
    return whole;
  }

  private WeightFileException malformed(PickleInput input, Throwable cause) {
    String what =
        input.remaining() <= 0
            ? "ends in the middle of a pickle: it is truncated; get it again"
            : "is no PyTorch file, or it is damaged: its pickle breaks off at byte "
                + input.position();
    String detail = cause.getMessage();
    if (cause instanceof EOFException && detail == null) {
      detail = "fewer bytes are left than it announces";
    } else if (!(cause instanceof MalformedPickleException
        || cause instanceof IOException
        || cause instanceof IllegalArgumentException)) {
      detail = "what it builds are no tensors of PyTorch";
    }
    return new WeightFileException(file, what + " (" + detail + ")", cause);
  }
}
