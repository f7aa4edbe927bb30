package org.crossfade.training.config;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.options.InvalidOptionsException;

/** The methods on the class path. */
public final class Methods {
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
   * @throws InvalidOptionsException if there is none; the message lists those there are
   */
  public static AdaptationMethod.Factory named(String name) {
    return all().stream()
        .filter(factory -> factory.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidOptionsException(
                    List.of(
                        "no method '"
                            + name
                            + "' on the class path; there are "
                            + String.join(
                                ", ",
                                all().stream().map(AdaptationMethod.Factory::name).toList()))));
  }
}
