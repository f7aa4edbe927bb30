package org.crossfade.core.options;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Supplier;

/**
 * The only reader of HOCON. What is missing or can't be understood is an error that names the file;
 * nothing is taken for empty, and nothing is fetched from a network.
 *
 * <p>An {@code include} takes files and what lies on the class path: {@code include "x.conf"} and
 * {@code include file("x.conf")} look beside the including file, {@code include
 * classpath("x.conf")} from the root of the class path; {@code required(...)} changes nothing,
 * since every include is.
 */
public final class Hocon {
  /** Larger files hold no options. */
  private static final long MOST_BYTES = 16L << 20;

  /** Deeper values hold no options, and would overflow the stack of whoever walks over them. */
  private static final int DEEPEST = 200;

  private static final Map<ClassLoader, Config> REFERENCES =
      Collections.synchronizedMap(new WeakHashMap<>());

  private Hocon() {}

  /**
   * Reads a file, unresolved; one that ends in {@code .json} or {@code .properties} as such.
   *
   * @throws InvalidOptionsException if the file, or what it includes, is missing or can't be parsed
   */
  public static Config file(Path file) {
    return file(file, HoconIncludes.of(file));
  }

  static Config file(Path file, HoconIncludes includes) {
    try {
      if (!Files.isRegularFile(file)) {
        throw refused(file + ": there is no such file");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw refused(
            "%s: %d MB are no file of options; at most %d MB are read"
                .formatted(file, Files.size(file) >> 20, MOST_BYTES >> 20));
      }
      // Opened here: the parser takes an unreadable file that is included for an empty one.
      Files.newInputStream(file).close();
    } catch (IOException e) {
      throw refused(file + ": can't be read: " + e.getMessage());
    }
    return parsed(
        file.toString(),
        () -> ConfigFactory.parseFile(file.toFile(), strict().setIncluder(includes)));
  }

  /**
   * Reads a text, unresolved. It can't include anything: it lies nowhere.
   *
   * @param from for messages
   * @throws InvalidOptionsException if it can't be parsed
   */
  public static Config text(String text, String from) {
    return parsed(
        from,
        () ->
            ConfigFactory.parseString(
                text,
                strict().setOriginDescription(from).setIncluder(HoconIncludes.ofText(from, text))));
  }

  /**
   * Reads what lies on the class path of the thread under a name; parts of equal name are merged.
   *
   * @throws InvalidOptionsException if there is none, or it can't be parsed
   */
  public static Config resource(String name) {
    return resource(name, HoconIncludes.ofResource(name));
  }

  /** Returns whether anything lies on the class path of the thread under a name. */
  public static boolean hasResource(String name) {
    return Thread.currentThread().getContextClassLoader().getResource(name) != null;
  }

  static Config resource(String name, HoconIncludes includes) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    if (!hasResource(name)) {
      throw refused(name + ": there is no such resource on the class path");
    }
    return parsed(
        name, () -> ConfigFactory.parseResources(loader, name, strict().setIncluder(includes)));
  }

  /**
   * Returns the defaults: every {@code reference.conf} on the class path, unresolved. They are
   * parsed once: a comparison resolves the options of dozens of runs.
   */
  public static Config references() {
    return REFERENCES.computeIfAbsent(
        Thread.currentThread().getContextClassLoader(), loader -> resource("reference.conf"));
  }

  /**
   * Replaces references such as {@code ${crossfade.task.classes}} by what they stand for; variables
   * of the environment do not.
   *
   * @throws InvalidOptionsException if one can't be replaced
   */
  public static Config resolve(Config unresolved) {
    Config resolved =
        parsed("the options", () -> unresolved.resolve(ConfigResolveOptions.noSystem()));
    requireShallow(resolved, "the options");
    return resolved;
  }

  private static ConfigParseOptions strict() {
    return ConfigParseOptions.defaults().setAllowMissing(false);
  }

  private static Config parsed(String from, Supplier<Config> parser) {
    try {
      Config config = parser.get();
      requireShallow(config, from);
      return config;
    } catch (ConfigException e) {
      throw new InvalidOptionsException(List.of(String.valueOf(e.getMessage())), e);
    } catch (StackOverflowError e) {
      throw new InvalidOptionsException(
          List.of(from + ": values are nested too deeply; at most " + DEEPEST + " levels are read"),
          e);
    }
  }

  /** Walks with a list of its own: recursion is what this is to spare others. */
  private static void requireShallow(Config config, String from) {
    var open = new ArrayDeque<Nested>();
    open.push(new Nested(config.root(), 1));
    while (!open.isEmpty()) {
      Nested nested = open.pop();
      if (nested.depth() > DEEPEST) {
        throw refused(
            "%s: values are nested too deeply; at most %d levels are read (%s)"
                .formatted(from, DEEPEST, nested.value().origin().description()));
      }
      for (ConfigValue child : children(nested.value())) {
        open.push(new Nested(child, nested.depth() + 1));
      }
    }
  }

  private record Nested(ConfigValue value, int depth) {}

  private static Collection<ConfigValue> children(ConfigValue value) {
    try {
      return value instanceof ConfigObject object
          ? object.values()
          : value instanceof ConfigList list ? list : List.of();
    } catch (ConfigException.NotResolved e) {
      // Asked again once it is resolved.
      return List.of();
    }
  }

  private static InvalidOptionsException refused(String problem) {
    return new InvalidOptionsException(List.of(problem));
  }
}
