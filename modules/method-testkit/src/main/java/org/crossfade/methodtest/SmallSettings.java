package org.crossfade.methodtest;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a method's or a row's form on Streets so small that a phase takes seconds. */
public final class SmallSettings {
  private static final int CITIES = 18;

  private SmallSettings() {}

  /**
   * Returns the settings, as {@code --set} takes them.
   *
   * @param all the resolved options: task, run, and the method's own
   * @param method name
   * @param iterations of each phase that the form trains
   */
  public static List<String> of(Config all, String method, int iterations) {
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
    return settings;
  }

  /**
   * Returns settings for whoever only wants to know that a form trains at all: without pictures,
   * evaluations on the way and measures of features, and, as what takes time then is the making of
   * graphs, with the shallowest transformer.
   *
   * @param all the resolved options
   * @param method name
   */
  public static List<String> barest(Config all, String method) {
    var settings =
        new ArrayList<>(
            List.of(
                "task.validation.count = 1",
                "run.sample-images = 0",
                "run.evaluate-every = 0",
                "run.class-center-distance = false",
                "run.feature-map-cells = 0"));
    String network = method + ".network";
    for (String part : List.of(network, network + ".inner")) {
      if (all.hasPath(part + ".kind") && all.getString(part + ".kind").endsWith("-mit")) {
        settings.add(part + ".layers = [1, 1, 1, 1]");
        settings.add(part + ".decoder.dilations = [1, 6]");
      }
    }
    return settings;
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
