package org.crossfade.compare;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.training.config.OptionSources;

/** A form on Streets, a method's or a row's, made so small that a phase takes seconds. */
final class SmallForm {
  private static final int CITIES = 18;

  private SmallForm() {}

  /**
   * Returns the options.
   *
   * @param method name
   * @param files of options, a row's or none
   * @param iterations of each phase that the form trains
   * @param more settings, the strongest
   */
  static OptionSources of(String method, List<Path> files, int iterations, String... more) {
    Config all = new OptionSources(method, true, files, List.of()).resolve();
    Config form = all.getConfig(method);
    int height = height(form);
    var settings = new ArrayList<>(List.of("run.threads = 1", "run.log-every = 1"));
    settings.add("run.sample-images = 1");
    for (String part : List.of("source", "target", "validation")) {
      String scenes = "task." + part + ".";
      String count = "count = " + (part.equals("target") ? CITIES * shots(all) : 4);
      settings.addAll(
          List.of(scenes + count, scenes + "width = 64", scenes + "height = " + height));
    }
    form.entrySet()
        .forEach(
            entry ->
                smaller(form, entry.getKey(), height, iterations)
                    .ifPresent(value -> settings.add(method + "." + entry.getKey() + value)));
    settings.addAll(List.of(more));
    return new OptionSources(method, true, files, settings);
  }

  /** The target has the images of each city that few-shot methods draw. */
  private static int shots(Config all) {
    String path = "task.target-labels.shots-per-city";
    return all.hasPath(path) ? all.getInt(path) : 1;
  }

  /** A network that also sees images at half their size needs larger ones. */
  private static int height(Config form) {
    return form.hasPath("network.inner") ? 64 : 32;
  }

  /** Every key that makes a method slow has one of these names, whatever the method. */
  private static Optional<String> smaller(Config form, String path, int height, int iterations) {
    String parent = path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : "";
    boolean picture = !parent.isEmpty() && form.getConfig(parent).hasPath("height");
    return switch (path.substring(path.lastIndexOf('.') + 1)) {
      case "iterations" -> Optional.of(form.getLong(path) > 0 ? " = " + iterations : " = 0");
      case "width" -> Optional.of(picture ? " = 64" : " = 4");
      case "height" -> Optional.of(" = " + height);
      case "discriminator-width" -> Optional.of(" = 4");
      // Batch norm has seen few batches only: the rates of the form would diverge.
      case "rate" -> Optional.of(" = 1e-5");
      default -> Optional.empty();
    };
  }
}
