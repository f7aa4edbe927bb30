package org.crossfade.core.options;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What one source may include. The library's own rules take a missing file for an empty one, look
 * for {@code file("x")} in the working folder, and fetch URLs.
 */
final class HoconIncludes
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  /** At least two letters: {@code C:\x} is a file. */
  private static final Pattern URL_LIKE = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+:.*");

  private static final List<String> EXTENSIONS = List.of(".conf", ".json", ".properties");

  private final String name;
  private final Optional<Path> file;
  private final Optional<String> resource;
  private final Optional<String> text;
  private final List<String> chain;

  private HoconIncludes(
      String name,
      Optional<Path> file,
      Optional<String> resource,
      Optional<String> text,
      List<String> before) {
    this.name = name;
    this.file = file;
    this.resource = resource;
    this.text = text;
    var all = new ArrayList<>(before);
    all.add(name);
    this.chain = List.copyOf(all);
  }

  static HoconIncludes of(Path file) {
    return within(file, List.of());
  }

  static HoconIncludes ofResource(String name) {
    return within(name, List.of());
  }

  static HoconIncludes ofText(String from, String text) {
    return new HoconIncludes(
        from, Optional.empty(), Optional.empty(), Optional.of(text), List.of());
  }

  private static HoconIncludes within(Path file, List<String> before) {
    Path plain = file.normalize();
    return new HoconIncludes(
        plain.toString(), Optional.of(plain), Optional.empty(), Optional.empty(), before);
  }

  private static HoconIncludes within(String resource, List<String> before) {
    return new HoconIncludes(
        resource, Optional.empty(), Optional.of(resource), Optional.empty(), before);
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  /** {@code include "x"}: beside the including source, else on the class path. */
  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    refuseUrl(what);
    List<Path> files = file.map(f -> files(beside(f, what))).orElse(List.of());
    if (!files.isEmpty()) {
      return merged(files.stream().map(this::read));
    }
    List<String> resources = resource.map(r -> resources(sibling(r, what))).orElse(List.of());
    if (resources.isEmpty()) {
      resources = resources(what);
    }
    if (resources.isEmpty()) {
      throw missing(
          what,
          file.map(f -> "there is no file " + beside(f, what) + ", and nothing of this name")
                  .orElse("there is nothing of this name")
              + " on the class path");
    }
    return merged(resources.stream().map(this::read));
  }

  /** {@code include file("x")}. */
  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    refuseText(what.toString());
    Path base =
        file.orElseThrow(
            () -> missing(what.toString(), "what lies on the class path can't include files"));
    Path found = beside(base, what.toString());
    if (!Files.isRegularFile(found)) {
      throw missing(what.toString(), "there is no file " + found);
    }
    return read(found).root();
  }

  /** {@code include classpath("x")}. */
  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    refuseUrl(what);
    if (!Hocon.hasResource(what)) {
      throw missing(what, "there is nothing of this name on the class path");
    }
    return read(what).root();
  }

  /** {@code include url("x")}. */
  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw url(what.toString());
  }

  private void refuseUrl(String what) {
    refuseText(what);
    if (URL_LIKE.matcher(what).matches()) {
      throw url(what);
    }
  }

  private void refuseText(String what) {
    if (text.isPresent()) {
      throw missing(what, "only files can include others");
    }
  }

  private InvalidOptionsException url(String what) {
    return missing(
        what,
        "options are never fetched from a URL. Save it to a file, and include that by its path");
  }

  private InvalidOptionsException missing(String what, String why) {
    return new InvalidOptionsException(
        List.of(name + line(what) + ": include of \"" + what + "\": " + why));
  }

  private static ConfigObject merged(Stream<Config> parts) {
    return parts.reduce(Config::withFallback).orElse(ConfigFactory.empty()).root();
  }

  private Config read(Path included) {
    requireNew(included.normalize().toString());
    return Hocon.file(included, within(included, chain));
  }

  private Config read(String included) {
    requireNew(included);
    return Hocon.resource(included, within(included, chain));
  }

  private void requireNew(String included) {
    if (chain.contains(included)) {
      throw new InvalidOptionsException(
          List.of(
              included
                  + ": includes itself, by way of "
                  + String.join(", ", chain.subList(chain.indexOf(included), chain.size()))));
    }
  }

  private Path beside(Path including, String what) {
    try {
      return including.resolveSibling(what).normalize();
    } catch (InvalidPathException e) {
      throw missing(what, "this is no name of a file");
    }
  }

  private static String sibling(String including, String what) {
    String folder = including.substring(0, including.lastIndexOf('/') + 1);
    return what.startsWith("/") ? what.substring(1) : folder + what;
  }

  private static List<Path> files(Path named) {
    return names(named.toString()).map(Path::of).filter(Files::isRegularFile).toList();
  }

  private static List<String> resources(String named) {
    return names(named).filter(Hocon::hasResource).toList();
  }

  /** A name without extension means those of all three, as HOCON says. */
  private static Stream<String> names(String named) {
    boolean whole = EXTENSIONS.stream().anyMatch(named.toLowerCase(Locale.ROOT)::endsWith);
    return whole ? Stream.of(named) : EXTENSIONS.stream().map(extension -> named + extension);
  }

  /** The parser does not tell an includer where it stands: the statement is looked for. */
  private String line(String what) {
    // A file's name has lost what slashes it had too many.
    String quoted = "\"" + Pattern.quote(what).replace("/", "\\E/+\\Q") + "\"";
    Matcher statement =
        Pattern.compile(
                "(?m)^[^#\\n\"]*?\\binclude\\b\\s*(required\\s*\\(\\s*)?"
                    + "((file|url|classpath)\\s*\\(\\s*)?"
                    + quoted)
            .matcher(content());
    if (!statement.find()) {
      return "";
    }
    long breaks = content().substring(0, statement.end()).chars().filter(c -> c == '\n').count();
    return ": " + (breaks + 1);
  }

  private String content() {
    try {
      if (file.isPresent()) {
        return new String(Files.readAllBytes(file.get()), StandardCharsets.UTF_8);
      }
      if (resource.isPresent()) {
        return content(resource.get());
      }
    } catch (IOException e) {
      // It was read a moment ago; the message goes without its line.
      return "";
    }
    return text.orElse("");
  }

  private static String content(String resource) throws IOException {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (InputStream stream = loader.getResourceAsStream(resource)) {
      return stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
