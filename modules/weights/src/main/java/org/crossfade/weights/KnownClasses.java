package org.crossfade.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What of a pickle's classes and functions is understood: ordered mappings, tensors, parameters and
 * storages. None of it runs anything. Plain values that weights have no use for become {@link
 * Ignored}; everything else is a {@link Placeholder}.
 */
final class KnownClasses {
  /** Steps that an entry of a copied mapping or list stands for. */
  private static final int STEPS_OF_AN_ENTRY = 4;

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

  private static final Set<String> TORCH_DTYPES =
      Set.of(
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

  /** Functions that make an object of the class that is their first argument. */
  private static final Set<String> REBUILDERS =
      Set.of(
          "copyreg._reconstructor",
          "copy_reg._reconstructor",
          "copyreg.__newobj__",
          "copyreg.__newobj_ex__",
          "numpy.core.multiarray._reconstruct",
          "numpy._core.multiarray._reconstruct");

  private final WorkBudget budget;
  private final Map<String, Constructor> classes;

  KnownClasses(WorkBudget budget) {
    this.budget = budget;
    classes =
        Map.ofEntries(
            Map.entry("collections.OrderedDict", this::mapping),
            Map.entry("collections.Counter", this::mapping),
            Map.entry("collections.defaultdict", args -> new LinkedHashMap<>()),
            Map.entry("builtins.dict", this::mapping),
            Map.entry("builtins.list", this::list),
            Map.entry("builtins.set", Ignored::of),
            Map.entry("builtins.frozenset", Ignored::of),
            Map.entry("builtins.int", Ignored::of),
            Map.entry("builtins.float", Ignored::of),
            Map.entry("builtins.complex", Ignored::of),
            Map.entry("builtins.bool", Ignored::of),
            Map.entry("builtins.str", Ignored::of),
            Map.entry("builtins.bytes", Ignored::of),
            Map.entry("builtins.bytearray", Ignored::of),
            Map.entry("builtins.tuple", Ignored::of),
            Map.entry("builtins.range", Ignored::of),
            Map.entry("builtins.slice", Ignored::of),
            // How Python 3 writes byte strings into old protocols: as text of one byte a character.
            Map.entry("_codecs.encode", args -> args[0]),
            Map.entry("torch._utils._rebuild_tensor", KnownClasses::tensor),
            Map.entry("torch._utils._rebuild_tensor_v2", KnownClasses::tensor),
            Map.entry("torch._utils._rebuild_parameter", KnownClasses::parameter),
            Map.entry("torch._utils._rebuild_parameter_with_state", KnownClasses::parameter),
            Map.entry("torch._tensor._rebuild_from_type_v2", KnownClasses::tensorWithAttributes),
            Map.entry("torch.Tensor", KnownClasses::notCalled),
            Map.entry("torch.nn.parameter.Parameter", KnownClasses::notCalled),
            Map.entry("torch.Size", args -> args[0]),
            Map.entry("torch.device", Ignored::of));
  }

  /** Makes the value that a class or function of a pickle stands for. */
  @FunctionalInterface
  interface Constructor {
    /** The value for the arguments of the pickle. */
    Object construct(Object[] args);
  }

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
  record StorageClass(DataType type) {}

  /** What a pickle gets for a class or function; empty if it is none of those that are known. */
  Optional<Object> find(String module, String name) {
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
    return Optional.ofNullable(classes.get(plain + "." + name));
  }

  /** What a call gives: a value that is understood, or a placeholder of the object's class. */
  static Object call(Object callee, Object args) {
    if (callee instanceof Constructor constructor) {
      return constructor.construct((Object[]) args);
    }
    if (callee instanceof Placeholder function) {
      return REBUILDERS.contains(function.className())
              && args instanceof Object[] list
              && list.length > 0
              && list[0] instanceof Placeholder itsClass
          ? itsClass
          : function;
    }
    throw new MalformedPickleException("a call of something that can't be called");
  }

  /** A mapping in order, from nothing, a mapping, or a list of pairs (as Python 2 writes them). */
  private Object mapping(Object[] args) {
    Map<Object, Object> mapping = new LinkedHashMap<>();
    if (args.length == 0) {
      return mapping;
    }
    if (args[0] instanceof Map<?, ?> other) {
      budget.take((long) STEPS_OF_AN_ENTRY * other.size());
      mapping.putAll(other);
      return mapping;
    }
    List<?> pairs = (List<?>) args[0];
    budget.take((long) STEPS_OF_AN_ENTRY * pairs.size());
    for (Object item : pairs) {
      Object[] pair = item instanceof List<?> list ? list.subList(0, 2).toArray() : (Object[]) item;
      mapping.put(MappingKey.of(pair[0]), pair[1]);
    }
    return mapping;
  }

  private Object list(Object[] args) {
    if (args.length == 0) {
      return new ArrayList<>();
    }
    if (args[0] instanceof List<?> other) {
      budget.take(other.size());
      return new ArrayList<>(other);
    }
    return Ignored.VALUE;
  }

  /** (storage, offset, size, strides, ...): what follows (requires_grad, hooks) is of no use. */
  private static Object tensor(Object[] args) {
    if (args[0] instanceof Placeholder foreignStorage) {
      return foreignStorage;
    }
    return new StridedTensor(
        (TorchStorage) args[0], whole(args[1]), longs(args[2]), longs(args[3]));
  }

  private static Object parameter(Object[] args) {
    return args[0];
  }

  /** (function, class, its arguments, attributes) of a tensor to which somebody added some. */
  private static Object tensorWithAttributes(Object[] args) {
    return call(args[0], args[2]);
  }

  @SuppressWarnings("unused") // The signature of a constructor.
  private static Object notCalled(Object[] args) {
    throw new MalformedPickleException("a tensor is written with its storage");
  }

  private static long[] longs(Object numbers) {
    Object[] extents = (Object[]) numbers;
    if (extents.length > NamedTensor.MOST_DIMENSIONS) {
      throw new MalformedPickleException("a tensor of " + extents.length + " dimensions");
    }
    return Arrays.stream(extents).mapToLong(KnownClasses::whole).toArray();
  }

  /** A whole number that fits 64 bits. */
  static long whole(Object number) {
    if (number instanceof Integer || number instanceof Long) {
      return ((Number) number).longValue();
    }
    throw new MalformedPickleException("a whole number of at most 64 bits is missing");
  }
}
