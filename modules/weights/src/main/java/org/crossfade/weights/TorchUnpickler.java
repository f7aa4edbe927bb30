package org.crossfade.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;

/**
 * Reads a pickle of weights without running anything.
 *
 * <p>The library resolves classes through a registry that all its users share, makes up a class
 * where it knows none, sets states by reflection and forgets the order of mappings. All of that is
 * replaced here: classes come from {@link AllowedClasses} alone, states are dropped, and mappings
 * keep their order.
 */
final class TorchUnpickler extends Unpickler {
  private final Path file;
  private final PositionedInput source;
  private final Map<String, TorchStorage> storages = new HashMap<>();

  private TorchUnpickler(Path file, PositionedInput source) {
    this.file = file;
    this.source = source;
  }

  /**
   * The next pickle of a stream, which is left right behind it.
   *
   * @param storages gets every storage that is not a view, by key
   * @throws WeightFileException if it ends too early, is malformed or names a foreign class
   */
  static Object read(Path file, PositionedInput source, Map<String, TorchStorage> storages) {
    TorchUnpickler unpickler = new TorchUnpickler(file, source);
    try {
      Object value = unpickler.load(source);
      storages.putAll(unpickler.storages);
      return value;
    } catch (WeightFileException e) {
      throw e;
    } catch (PickleException | IOException e) {
      throw malformed(file, source, e);
    } catch (RuntimeException | StackOverflowError e) {
      // A pickle is a program for a stack machine: a broken one pops what is not there, casts what
      // does not fit, or hashes a list that contains itself.
      throw malformed(file, source, e);
    }
  }

  /** A key of a mapping: byte strings (Python 2) become text. */
  static Object key(Object key) {
    if (key instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    if (key instanceof Map || key instanceof List) {
      throw new PickleException("a mapping has a key that cannot be one");
    }
    return key;
  }

  @Override
  protected Object dispatch(short opcode) throws IOException {
    switch (opcode) {
      case Opcodes.GLOBAL -> {
        String module = PickleUtils.readline(input);
        stack.add(allowed(module, PickleUtils.readline(input)));
      }
      case Opcodes.STACK_GLOBAL -> {
        String name = (String) stack.pop();
        stack.add(allowed((String) stack.pop(), name));
      }
      case Opcodes.INST -> {
        String module = PickleUtils.readline(input);
        throw refused(module, PickleUtils.readline(input));
      }
      case Opcodes.BUILD -> dropState();
      case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<>());
      case Opcodes.DICT -> {
        Map<Object, Object> mapping = new LinkedHashMap<>();
        putAll(mapping, stack.pop_all_since_marker());
        stack.add(mapping);
      }
      case Opcodes.SETITEM -> {
        Object value = stack.pop();
        Object key = stack.pop();
        putAll(mappingOnTop(), Arrays.asList(key, value));
      }
      case Opcodes.SETITEMS -> {
        List<Object> items = stack.pop_all_since_marker();
        putAll(mappingOnTop(), items);
      }
      case Opcodes.BINSTRING, Opcodes.BINBYTES, Opcodes.BINUNICODE, Opcodes.LONG4 -> {
        requireBytes(4);
        return super.dispatch(opcode);
      }
      case Opcodes.BINBYTES8, Opcodes.BINUNICODE8, Opcodes.BYTEARRAY8 -> {
        requireBytes(8);
        return super.dispatch(opcode);
      }
      default -> {
        return super.dispatch(opcode);
      }
    }
    return NO_RETURN_VALUE;
  }

  /** ("storage", class, key, device, size) and, in old files, the view of it or None. */
  @Override
  protected Object persistentLoad(Object id) {
    Object[] parts = (Object[]) id;
    if (!"storage".equals(parts[0])
        || !(parts[1] instanceof AllowedClasses.StorageClass storageClass)) {
      throw new PickleException("a reference to something other than a storage");
    }
    String key = String.valueOf(key(parts[2]));
    long elements = ((Number) parts[4]).longValue();
    if (elements < 0 || elements > Long.MAX_VALUE / Long.BYTES) {
      throw new PickleException("storage '" + key + "' is said to have " + elements + " elements");
    }
    TorchStorage whole = new TorchStorage(key, storageClass.type(), elements, 0);
    TorchStorage known = storages.putIfAbsent(key, whole);
    if (known != null && !known.equals(whole)) {
      throw new PickleException("storage '" + key + "' has two types or sizes");
    }
    if (parts.length > 5 && parts[5] instanceof Object[] view) {
      long first = ((Number) view[1]).longValue();
      long size = ((Number) view[2]).longValue();
      if (first < 0 || size < 0 || first > whole.size() - size) {
        throw new PickleException("a view leaves storage '" + key + "'");
      }
      return new TorchStorage(key, storageClass.type(), size, first);
    }
    return whole;
  }

  /** Refuses to make room for bytes that the file does not have. */
  private void requireBytes(int lengthBytes) throws IOException {
    long length = source.peekLittleEndian(lengthBytes);
    if (length < 0 || length > source.remaining()) {
      throw new PickleException(
          "%s bytes are announced, %d are left"
              .formatted(Long.toUnsignedString(length), source.remaining()));
    }
  }

  /** Attributes that are set after construction (such as a state dict's metadata) are of no use. */
  private void dropState() {
    stack.pop();
    Object target = stack.peek();
    if (!(target instanceof Map)
        && !(target instanceof StridedTensor)
        && target != AllowedClasses.Ignored.VALUE) {
      throw new PickleException("a state for something that has none");
    }
  }

  private static void putAll(Map<Object, Object> mapping, List<Object> keysAndValues) {
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      mapping.put(key(keysAndValues.get(i)), keysAndValues.get(i + 1));
    }
  }

  @SuppressWarnings("unchecked") // The unpickler makes mappings of objects only.
  private Map<Object, Object> mappingOnTop() {
    return (Map<Object, Object>) stack.peek();
  }

  private Object allowed(String module, String name) {
    return AllowedClasses.find(module, name).orElseThrow(() -> refused(module, name));
  }

  private WeightFileException refused(String module, String name) {
    if (module.startsWith("torch") && name.endsWith("Storage")) {
      return new WeightFileException(
          file, "holds elements of '%s.%s', which no network here has".formatted(module, name));
    }
    return new WeightFileException(
        file,
        ("refused: its pickle asks for '%s.%s', which weights do not need and which could run code."
                + " Save the weights alone, as torch.save(model.state_dict(), file) does")
            .formatted(module, name));
  }

  private static WeightFileException malformed(Path file, PositionedInput source, Throwable cause) {
    String what =
        source.remaining() <= 0
            ? "ends in the middle of a pickle: it is truncated; get it again"
            : "is no PyTorch file, or it is damaged: its pickle breaks off at byte "
                + source.position();
    return new WeightFileException(file, what + " (" + cause.getMessage() + ")", cause);
  }
}
