package org.crossfade.tables.series;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Idea;
import org.crossfade.training.config.Methods;

/**
 * What a series trains once for every seed: a row of a table, or a method with nothing but its own
 * options.
 *
 * @param name of its runs' folders, before the seed; unique in the series
 * @param title as it is told
 * @param method that is trained
 * @param file of options that make it
 * @param settings {@code key=value} below {@code crossfade}, stronger than all other options: what
 *     is off in a control
 */
public record Subject(
    String name, String title, String method, Optional<Path> file, List<String> settings) {
  /**
   * Copies the list.
   *
   * @param name of its runs' folders, before the seed; unique in the series
   * @param title as it is told
   * @param method that is trained
   * @param file of options that make it
   * @param settings {@code key=value} below {@code crossfade}, stronger than all other options:
   *     what is off in a control
   */
  public Subject {
    settings = List.copyOf(settings);
  }

  /**
   * {@return a subject without settings of its own}
   *
   * @param name of its runs' folders, before the seed; unique in the series
   * @param title as it is told
   * @param method that is trained
   * @param file of options that make it; empty for the method's defaults
   */
  public static Subject of(String name, String title, String method, Optional<Path> file) {
    return new Subject(name, title, method, file, List.of());
  }

  /**
   * {@return a method as it is, called by its name}
   *
   * @param method that is trained
   */
  public static Subject method(String method) {
    return of(method, method, method, Optional.empty());
  }

  /**
   * {@return a method, {@code NAME}, or a method with its ideas up to one, {@code NAME.IDEA}: what
   * the ideas after it bring is left out, with the phases that are there for them}
   *
   * @param name {@code NAME} or {@code NAME.IDEA}
   * @throws IllegalArgumentException if the method has no such idea; those that it has are listed
   */
  public static Subject chosen(String name) {
    int dot = name.indexOf('.');
    if (dot < 0) {
      return method(name);
    }
    String method = name.substring(0, dot);
    String last = name.substring(dot + 1);
    List<Idea> ideas =
        Methods.named(method).contribution() instanceof Contribution.Ideas of
            ? of.inOrder()
            : List.of();
    List<String> names = ideas.stream().map(Idea::name).toList();
    int place = names.indexOf(last);
    if (place < 0) {
      throw new IllegalArgumentException(
          names.isEmpty()
              ? method + " has no ideas of its own that could be left out, found '" + name + "'"
              : method + " has no idea '" + last + "'; there are: " + String.join(", ", names));
    }
    List<String> later =
        ideas.subList(place + 1, ideas.size()).stream()
            .flatMap(idea -> idea.absent().stream())
            .map(setting -> method + "." + setting)
            .toList();
    return later.isEmpty() ? method(method) : method(method).with("." + last, upTo(last), later);
  }

  /** Returns the remark on a run with the ideas up to one. */
  static String upTo(String idea) {
    return ", up to " + idea;
  }

  /**
   * Returns what the runs of its ideas are called after: of a method with its ideas up to one, the
   * method.
   */
  Subject stem() {
    return file.isEmpty() ? new Subject(method, method, method, file, settings) : this;
  }

  /**
   * Returns the same with further settings.
   *
   * @param suffix of its name
   * @param remark behind its title
   */
  Subject with(String suffix, String remark, List<String> further) {
    return new Subject(
        name + suffix,
        title + remark,
        method,
        file,
        Stream.concat(settings.stream(), further.stream()).toList());
  }
}
