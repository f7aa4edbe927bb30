package org.crossfade.training.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.options.InvalidOptionsException;

/** The methods on the class path. */
public final class Methods {
  private static final Properties ARTIFACTS = readArtifacts();

  private Methods() {}

  /** Returns every method, by name. */
  public static List<AdaptationMethod.Factory> all() {
    return ServiceLoader.load(AdaptationMethod.Factory.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(AdaptationMethod.Factory::name))
        .toList();
  }

  /**
   * Returns the method called {@code name}.
   *
   * @throws InvalidOptionsException if there is none; the message lists those there are, and says
   *     which artifact has it
   */
  public static AdaptationMethod.Factory named(String name) {
    return all().stream()
        .filter(factory -> factory.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new InvalidOptionsException(List.of(missing(name))));
  }

  private static String missing(String name) {
    String there = String.join(", ", all().stream().map(AdaptationMethod.Factory::name).toList());
    String artifact = ARTIFACTS.getProperty(name);
    return "no method '%s' on the class path; there %s"
            .formatted(name, there.isEmpty() ? "is none" : "are " + there)
        + (artifact == null
            ? ". Methods that Crossfade has: " + String.join(", ", artifacts().keySet())
            : ". It is in org.crossfade:" + artifact + ": add that to the dependencies");
  }

  /** Returns the artifacts of Crossfade that bring a method, by the method's name. */
  public static SortedMap<String, String> artifacts() {
    var artifacts = new TreeMap<String, String>();
    ARTIFACTS
        .stringPropertyNames()
        .forEach(name -> artifacts.put(name, ARTIFACTS.getProperty(name)));
    return artifacts;
  }

  private static Properties readArtifacts() {
    var artifacts = new Properties();
    try (InputStream in = Methods.class.getResourceAsStream("artifacts.properties")) {
      artifacts.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("artifacts.properties can't be read", e);
    }
    return artifacts;
  }
}
