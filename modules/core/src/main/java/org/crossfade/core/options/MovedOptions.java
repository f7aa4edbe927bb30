package org.crossfade.core.options;

import com.google.common.base.Splitter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Options that earlier versions had, and what became of them. A module tells it in the resource
 * {@code META-INF/crossfade/moved-options}, one option a line:
 *
 * <pre>  network.architecture   is now 'kind': write kind = {value}</pre>
 *
 * <p>First the end of the option's path, then what stands behind the whole path in the message;
 * {@code {value}} is the value that was found. Empty lines and those that begin with {@code #} say
 * nothing.
 */
final class MovedOptions {
  private static final String RESOURCE = "META-INF/crossfade/moved-options";
  private static final Map<String, String> ADVICE = load();

  private MovedOptions() {}

  /**
   * Returns what became of an option.
   *
   * @param path whole, with dots; of several ends that are listed, the longest counts
   * @param value as it was found
   */
  static Optional<String> advice(String path, String value) {
    for (String end = path; ; end = end.substring(end.indexOf('.') + 1)) {
      String advice = ADVICE.get(end);
      if (advice != null) {
        return Optional.of(advice.replace("{value}", value));
      }
      if (end.indexOf('.') < 0) {
        return Optional.empty();
      }
    }
  }

  private static Map<String, String> load() {
    var advice = new TreeMap<String, String>();
    try {
      for (URL url : Collections.list(MovedOptions.class.getClassLoader().getResources(RESOURCE))) {
        try (var lines =
            new BufferedReader(new InputStreamReader(url.openStream(), StandardCharsets.UTF_8))) {
          lines.lines().map(String::strip).forEach(line -> add(advice, url, line));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't read the lists of moved options: " + RESOURCE, e);
    }
    return Collections.unmodifiableMap(advice);
  }

  private static void add(Map<String, String> advice, URL url, String line) {
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    List<String> parts = Splitter.on(' ').limit(2).splitToList(line);
    if (parts.size() < 2 || parts.get(1).isBlank()) {
      throw new IllegalStateException(
          url + ": expected the end of a path and what became of it, found '" + line + "'");
    }
    String other = advice.putIfAbsent(parts.get(0), parts.get(1).strip());
    if (other != null && !other.equals(parts.get(1).strip())) {
      throw new IllegalStateException(url + ": '" + parts.get(0) + "' moved twice");
    }
  }
}
