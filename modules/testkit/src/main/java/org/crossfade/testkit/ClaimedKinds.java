package org.crossfade.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which test class runs which kind of parity case.
 *
 * <p>A module says so in its main resource {@code META-INF/crossfade/parity-kinds}, one line a
 * kind: the kind, blanks, the fully qualified test class; {@code #} starts a comment. Being a main
 * resource, it is seen by every module downstream, so that the last one can tell which kinds of a
 * directory nobody runs. {@link ParityCases} holds each test class to its lines, both ways.
 *
 * @param testClasses kind to fully qualified test class
 */
public record ClaimedKinds(Map<String, String> testClasses) {
  /** Where modules claim kinds. */
  public static final String RESOURCE = "META-INF/crossfade/parity-kinds";

  /** Copies the map. */
  public ClaimedKinds {
    testClasses = Collections.unmodifiableMap(new TreeMap<>(testClasses));
  }

  /**
   * The claims of all modules on the class path.
   *
   * @throws IllegalStateException if a kind is claimed twice
   */
  public static ClaimedKinds onClassPath() {
    Map<String, String> claims = new TreeMap<>();
    try {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      for (URL url : Collections.list(loader.getResources(RESOURCE))) {
        try (InputStream in = url.openStream()) {
          for (String line : lines(in)) {
            claim(claims, url, line);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the claimed kinds in " + RESOURCE, e);
    }
    return new ClaimedKinds(claims);
  }

  /** The kinds that a test class claims. */
  public SortedSet<String> of(Class<?> testClass) {
    return testClasses.entrySet().stream()
        .filter(claim -> claim.getValue().equals(testClass.getName()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The kinds of cases in a directory that no test class claims. */
  public SortedSet<String> unclaimed(ParityDirectory directory) {
    return directory.cases().stream()
        .map(ParityCase::kind)
        .filter(kind -> !testClasses.containsKey(kind))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void claim(Map<String, String> claims, URL url, String line) {
    String[] words = line.split("\\s+", -1);
    if (words.length != 2) {
      throw new IllegalStateException(
          "%s: expected 'kind test-class', found '%s'".formatted(url, line));
    }
    String other = claims.putIfAbsent(words[0], words[1]);
    if (other != null) {
      throw new IllegalStateException(
          "%s: kind '%s' is claimed by %s and by %s".formatted(url, words[0], other, words[1]));
    }
  }

  private static List<String> lines(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.replaceFirst("#.*", "").strip())
        .filter(line -> !line.isEmpty())
        .toList();
  }
}
