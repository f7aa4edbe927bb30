package org.crossfade.weights;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.PickleException;

/**
 * What a pickle of weights may name: ordered mappings, tensors, parameters, storages, and the plain
 * values of optimizer and schedule states. None of it runs anything; values that are of no use here
 * become {@link Ignored}.
 */
final class AllowedClasses {
  private static final Map<String, DataType> STORAGES =
      Map.of(
          "FloatStorage", DataType.FLOAT32,
          "DoubleStorage", DataType.FLOAT64,
          "HalfStorage", DataType.FLOAT16,
          "BFloat16Storage", DataType.BFLOAT16,
          "LongStorage", DataType.INT64,
          "IntStorage", DataType.INT32,
          "ShortStorage", DataType.INT16,
          "CharStorage", DataType.INT8,
          "ByteStorage", DataType.UINT8,
          "BoolStorage", DataType.BOOL);

  private static final Map<String, IObjectConstructor> CLASSES =
      Map.ofEntries(
          Map.entry("collections.OrderedDict", AllowedClasses::mapping),
          Map.entry("collections.Counter", AllowedClasses::mapping),
          Map.entry("collections.defaultdict", args -> new LinkedHashMap<>()),
          Map.entry("builtins.dict", AllowedClasses::mapping),
          Map.entry("builtins.list", AllowedClasses::list),
          Map.entry("builtins.set", Ignored::of),
          Map.entry("builtins.frozenset", Ignored::of),
          Map.entry("builtins.int", Ignored::of),
          Map.entry("builtins.float", Ignored::of),
          Map.entry("_codecs.encode", AllowedClasses::encode),
          Map.entry("torch._utils._rebuild_tensor", AllowedClasses::tensor),
          Map.entry("torch._utils._rebuild_tensor_v2", AllowedClasses::tensor),
          Map.entry("torch._utils._rebuild_parameter", AllowedClasses::parameter),
          Map.entry("torch.Size", Ignored::of),
          Map.entry("torch.device", Ignored::of),
          Map.entry("numpy.core.multiarray.scalar", Ignored::of),
          Map.entry("numpy._core.multiarray.scalar", Ignored::of),
          Map.entry("numpy.dtype", Ignored::of));

  private static final List<String> TORCH_DTYPES =
      List.of(
          "float16",
          "float32",
          "float64",
          "bfloat16",
          "int8",
          "int16",
          "int32",
          "int64",
          "uint8",
          "bool");

  private AllowedClasses() {}

  /** A value of a pickle that weights have no use for. */
  enum Ignored {
    /** The only one. */
    VALUE;

    @SuppressWarnings("unused") // The signature of a constructor.
    static Object of(Object[] args) {
      return VALUE;
    }
  }

  /** The storage class of an element type; only named, never called. */
  record StorageClass(DataType type) implements IObjectConstructor {
    @Override
    public Object construct(Object[] args) throws PickleException {
      throw new PickleException("a storage is written outside of the pickle");
    }
  }

  /** What a pickle gets for a class or function; empty if it must not have it. */
  static Optional<Object> find(String module, String name) {
    String plain = module.equals("__builtin__") ? "builtins" : module;
    if (plain.equals("torch") || plain.equals("torch.cuda")) {
      DataType type = STORAGES.get(name);
      if (type != null) {
        return Optional.of(new StorageClass(type));
      }
    }
    if (plain.equals("torch") && TORCH_DTYPES.contains(name)) {
      return Optional.of(Ignored.VALUE);
    }
    return Optional.ofNullable(CLASSES.get(plain + "." + name));
  }

  /** A mapping in order, from nothing, a mapping, or a list of pairs (as Python 2 writes them). */
  private static Object mapping(Object[] args) {
    Map<Object, Object> mapping = new LinkedHashMap<>();
    if (args.length == 0) {
      return mapping;
    }
    if (args[0] instanceof Map<?, ?> other) {
      mapping.putAll(other);
      return mapping;
    }
    for (Object item : (List<?>) args[0]) {
      Object[] pair = item instanceof List<?> list ? list.toArray() : (Object[]) item;
      mapping.put(TorchUnpickler.key(pair[0]), pair[1]);
    }
    return mapping;
  }

  private static Object list(Object[] args) {
    return args.length == 0 ? new ArrayList<>() : new ArrayList<>((List<?>) args[0]);
  }

  /** How Python 3 writes byte strings into old protocols: text of one byte a character. */
  private static Object encode(Object[] args) {
    return ((String) args[0]).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** (storage, offset, size, strides, ...): what follows (requires_grad, hooks) is of no use. */
  private static Object tensor(Object[] args) {
    return new StridedTensor(
        (TorchStorage) args[0],
        ((Number) args[1]).longValue(),
        longs((Object[]) args[2]),
        longs((Object[]) args[3]));
  }

  private static Object parameter(Object[] args) {
    return args[0];
  }

  private static long[] longs(Object[] numbers) {
    return Arrays.stream(numbers).mapToLong(number -> ((Number) number).longValue()).toArray();
  }
}
