package org.crossfade.core.options;

import com.google.common.base.CaseFormat;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads records from HOCON, strictly: every component must be there, every key must be a component,
 * every value must have the component's type and pass the record's own checks. Problems are
 * collected, each with file and line, so that all of them are shown at once.
 *
 * <p>Components are called in camel case, keys in kebab case. Types: {@code boolean}, {@code int},
 * {@code long}, {@code double}, {@link String}, enums (kebab case), records, interfaces whose
 * records are told apart by the key {@code kind} ({@link OptionKind}), and {@link Optional}
 * (missing or null), {@link List} and {@link Map} with string keys of these.
 */
public final class OptionReader {
  /** Key that tells the records of an interface apart. */
  public static final String KIND = "kind";

  private static final Object FAILED = new Object();

  /** The text of a longer number takes long to read, and means no option. */
  private static final int LONGEST_NUMBER = 400;

  private final Config root;
  private final List<String> problems = new ArrayList<>();

  /** Creates a reader of a resolved configuration. */
  public OptionReader(Config root) {
    this.root = root;
  }

  /**
   * Reads the record at {@code path}.
   *
   * @param type a record, or an interface whose records are told apart by {@code kind}
   * @return empty if something is wrong there; {@link #finish} says what
   */
  public <R> Optional<R> read(String path, Class<R> type) {
    if (!root.hasPath(path)) {
      problems.add(
          "missing section '"
              + path
              + "' of "
              + (type.isRecord()
                  ? keysOf(type)
                  : "a kind: one of " + String.join(", ", OptionKinds.of(type).keySet())));
      return Optional.empty();
    }
    ConfigValue value = root.getValue(path);
    Object result = convert(path, value, type);
    return result == FAILED ? Optional.empty() : Optional.of(type.cast(result));
  }

  /** Notes a problem that was found outside. */
  public void problem(String problem) {
    problems.add(problem);
  }

  /** Returns the problems so far. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /**
   * Ends reading.
   *
   * @throws InvalidOptionsException if anything was wrong in what was read
   */
  public void finish() {
    if (!problems.isEmpty()) {
      throw new InvalidOptionsException(problems);
    }
  }

  /** Returns the record at {@code path}, or throws everything that is wrong with it. */
  public static <R> R readOne(Config config, String path, Class<R> type) {
    var reader = new OptionReader(config);
    Optional<R> result = reader.read(path, type);
    reader.finish();
    return result.orElseThrow();
  }

  /** Returns the key of a record component or enum constant. */
  public static String key(String name) {
    return name.contains("_") || name.equals(name.toUpperCase(Locale.ROOT))
        ? CaseFormat.UPPER_UNDERSCORE.to(CaseFormat.LOWER_HYPHEN, name)
        : CaseFormat.LOWER_CAMEL.to(CaseFormat.LOWER_HYPHEN, name);
  }

  private Object convert(String path, ConfigValue value, Type type) {
    if (type instanceof ParameterizedType generic) {
      return convertGeneric(path, value, generic);
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isRecord()) {
      return convertRecord(path, value, raw, Set.of());
    }
    if (raw.isInterface()) {
      return convertKind(path, value, raw);
    }
    if (raw.isEnum()) {
      return convertEnum(path, value, raw);
    }
    return convertScalar(path, value, raw);
  }

  private Object convertGeneric(String path, ConfigValue value, ParameterizedType type) {
    Class<?> raw = (Class<?>) type.getRawType();
    Type element = type.getActualTypeArguments()[type.getActualTypeArguments().length - 1];
    if (raw == Optional.class) {
      if (value.valueType() == ConfigValueType.NULL) {
        return Optional.empty();
      }
      Object converted = convert(path, value, element);
      return converted == FAILED ? FAILED : Optional.of(converted);
    }
    if (raw == List.class) {
      if (!(value instanceof ConfigList list)) {
        return wrongType(path, value, "a list");
      }
      var converted = new ArrayList<Object>();
      for (int i = 0; i < list.size(); i++) {
        converted.add(convert(path + "[" + i + "]", list.get(i), element));
      }
      return converted.contains(FAILED) ? FAILED : List.copyOf(converted);
    }
    if (!(value instanceof ConfigObject object)) {
      return wrongType(path, value, "an object");
    }
    // Sorted: HOCON keeps no order, and a run must not depend on that of a hash.
    var converted = new TreeMap<String, Object>();
    object.forEach((k, v) -> converted.put(k, convert(path + "." + k, v, element)));
    return converted.containsValue(FAILED) ? FAILED : Collections.unmodifiableMap(converted);
  }

  /** The value of {@code kind} decides into which record the rest is read. */
  private Object convertKind(String path, ConfigValue value, Class<?> type) {
    Map<String, OptionKind> kinds = OptionKinds.of(type);
    String names = String.join(", ", kinds.keySet());
    if (!(value instanceof ConfigObject object)) {
      return wrongType(path, value, "an object with kind = one of " + names);
    }
    ConfigValue name = object.get(KIND);
    if (name == null || name.valueType() == ConfigValueType.NULL) {
      boolean moved = false;
      for (String key : new TreeSet<>(object.keySet())) {
        moved |= noteMoved(path + "." + key, object.get(key));
      }
      if (moved) {
        return FAILED;
      }
      problems.add(
          where(object.origin())
              + "missing key '"
              + path
              + "."
              + KIND
              + "', which says what this is: one of "
              + names);
      return FAILED;
    }
    OptionKind kind = kinds.get(String.valueOf(name.unwrapped()));
    return kind == null
        ? wrongType(path + "." + KIND, name, "one of " + names)
        : convertRecord(path, object, kind.options(), Set.of(KIND));
  }

  private Object convertRecord(
      String path, ConfigValue value, Class<?> type, Set<String> readBefore) {
    if (!(value instanceof ConfigObject object)) {
      return wrongType(path, value, "an object with " + keysOf(type));
    }
    RecordComponent[] components = type.getRecordComponents();
    boolean failed = false;
    var unknown = new TreeSet<>(object.keySet());
    unknown.removeAll(readBefore);
    var arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String key = key(components[i].getName());
      unknown.remove(key);
      ConfigValue component = object.get(key);
      if (component == null || component.valueType() == ConfigValueType.NULL) {
        if (components[i].getType() == Optional.class) {
          arguments[i] = Optional.empty();
          continue;
        }
        problems.add(where(object.origin()) + "missing key '" + path + "." + key + "'");
        failed = true;
        continue;
      }
      arguments[i] = convert(path + "." + key, component, components[i].getGenericType());
      failed |= arguments[i] == FAILED;
    }
    for (String key : unknown) {
      ConfigValue found = object.get(key);
      failed = true;
      if (!noteMoved(path + "." + key, found)) {
        problems.add(
            where(found.origin())
                + "unknown key '"
                + path
                + "."
                + key
                + "'; known are "
                + keysOf(type)
                + (readBefore.contains(KIND) ? ofKind(path, object.get(KIND)) : ""));
      }
    }
    return failed ? FAILED : construct(path, object, type, components, arguments);
  }

  /** Says what became of an option of an earlier version; answers whether it was one. */
  private boolean noteMoved(String path, ConfigValue value) {
    Optional<String> advice = MovedOptions.advice(path, shown(value));
    advice.ifPresent(said -> problems.add(where(value.origin()) + "'" + path + "' " + said));
    return advice.isPresent();
  }

  /** A section is merged with those below it, whose keys another kind doesn't have. */
  private static String ofKind(String path, ConfigValue kind) {
    String section = path.substring(path.lastIndexOf('.') + 1);
    return " of kind %s. If the key is of the kind before: write '%s = null' in front of the section"
            .formatted(kind.unwrapped(), section)
        + " that changes it";
  }

  private Object construct(
      String path,
      ConfigObject object,
      Class<?> type,
      RecordComponent[] components,
      Object[] arguments) {
    try {
      Constructor<?> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        problems.add(where(object.origin()) + "'" + path + "': " + refused.getMessage());
        return FAILED;
      }
      throw new IllegalStateException("options record " + type.getName() + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("options record " + type.getName() + " can't be made", e);
    }
  }

  private Object convertEnum(String path, ConfigValue value, Class<?> type) {
    var names = new ArrayList<String>();
    for (Object constant : type.getEnumConstants()) {
      String name = key(((Enum<?>) constant).name());
      names.add(name);
      if (name.equals(String.valueOf(value.unwrapped()))) {
        return constant;
      }
    }
    return wrongType(path, value, "one of " + String.join(", ", names));
  }

  private Object convertScalar(String path, ConfigValue value, Class<?> type) {
    Object plain = value.unwrapped();
    if (type == String.class && (plain instanceof String || plain instanceof Number)) {
      return String.valueOf(plain);
    }
    if (type == boolean.class || type == Boolean.class) {
      return plain instanceof Boolean ? plain : wrongType(path, value, "true or false");
    }
    if (type == String.class) {
      return wrongType(path, value, "a string");
    }
    return convertNumber(path, value, type);
  }

  private Object convertNumber(String path, ConfigValue value, Class<?> type) {
    BigDecimal number = null;
    String text = written(value);
    if (!text.isEmpty() && text.length() <= LONGEST_NUMBER) {
      try {
        number = new BigDecimal(text);
      } catch (NumberFormatException e) {
        // No finite number; said below.
      }
    }
    if (type == double.class || type == Double.class) {
      return number == null
          ? wrongType(path, value, "a number")
          : convertDouble(path, value, number);
    }
    boolean wide = type == long.class || type == Long.class;
    if (!wide && type != int.class && type != Integer.class) {
      throw new IllegalStateException("options can't have the type " + type.getName());
    }
    try {
      if (number != null) {
        return wide ? (Object) number.longValueExact() : (Object) number.intValueExact();
      }
    } catch (ArithmeticException e) {
      // A fraction, or too large; said below.
    }
    return wrongType(path, value, "a whole number of " + (wide ? 64 : 32) + " bits");
  }

  /** A number as it stands in the file: what is parsed has lost what a double does not hold. */
  private static String written(ConfigValue value) {
    return value.valueType() == ConfigValueType.NUMBER
            || value.valueType() == ConfigValueType.STRING
        ? value.atKey(KIND).getString(KIND)
        : "";
  }

  /** What a double does not hold would become infinity, or 0, in silence. */
  private Object convertDouble(String path, ConfigValue value, BigDecimal number) {
    double converted = number.doubleValue();
    boolean lost = converted == 0 && number.signum() != 0;
    return Double.isFinite(converted) && !lost
        ? (Object) converted
        : wrongType(path, value, "0, or a number from 4.9e-324 to 1.79e308 in size");
  }

  private Object wrongType(String path, ConfigValue value, String expected) {
    problems.add(
        where(value.origin()) + "'" + path + "' must be " + expected + ", found " + shown(value));
    return FAILED;
  }

  private static String shown(ConfigValue value) {
    String text =
        value.valueType() == ConfigValueType.NUMBER
            ? written(value)
            : value.render(ConfigRenderOptions.concise());
    return text.length() > 60 ? text.substring(0, 57) + "..." : text;
  }

  private static String keysOf(Class<?> type) {
    return String.join(
        ", ",
        Arrays.stream(type.getRecordComponents()).map(c -> key(c.getName())).sorted().toList());
  }

  private static String where(ConfigOrigin origin) {
    return origin.description() + ": ";
  }
}
