package org.crossfade.serving.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.crossfade.core.data.DataException;
import org.crossfade.core.options.InvalidOptionsException;

/** The engines on the class path. */
public final class Engines {
  private Engines() {}

  /** {@return all, by name} */
  public static List<Engine> all() {
    return ServiceLoader.load(Engine.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(Engine::name))
        .toList();
  }

  /**
   * {@return the engine for a model}
   *
   * @param name of the engine; the one that opens such a model if empty
   * @param model a file or folder
   * @throws InvalidOptionsException if there is no engine of this name
   * @throws DataException if there is no such model, or no engine opens it
   */
  public static Engine choose(Optional<String> name, Path model) {
    List<Engine> all = all();
    if (name.isPresent() && all.stream().noneMatch(engine -> engine.name().equals(name.get()))) {
      throw new InvalidOptionsException(
          List.of(
              "--engine %s: there is no such engine; there are %s"
                  .formatted(
                      name.get(),
                      all.stream().map(Engine::name).collect(Collectors.joining(", ")))));
    }
    if (!Files.exists(model)) {
      throw new DataException(model + ": there is no such file or folder");
    }
    return all.stream()
        .filter(engine -> name.map(engine.name()::equals).orElse(true))
        .filter(engine -> engine.opens(model))
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    "%s: is no model; expected %s"
                        .formatted(
                            model,
                            all.stream()
                                .filter(e -> name.map(e.name()::equals).orElse(true))
                                .map(Engine::opensWhat)
                                .collect(Collectors.joining(", or ")))));
  }
}
