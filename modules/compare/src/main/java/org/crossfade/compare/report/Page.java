package org.crossfade.compare.report;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crossfade.compare.Comparison;
import org.crossfade.compare.MethodScores;
import org.crossfade.core.label.LabelSpace;

/**
 * All that the page says.
 *
 * @param css style sheet
 * @param task title
 * @param lead one sentence on the outcome
 * @param facts short facts below it
 * @param severalSeeds whether figures have deviations
 * @param hasBaseline whether figures have differences
 * @param overview table of methods
 * @param classes IoU of every class
 * @param curves mIoU and losses
 * @param bars IoU of every class as bars
 * @param distances class center distances
 * @param features maps of features
 * @param pictures predictions
 * @param cost time and memory
 * @param runs command, options and versions of every run
 */
record Page(
    String css,
    String task,
    String lead,
    List<String> facts,
    boolean severalSeeds,
    boolean hasBaseline,
    Overview overview,
    ClassTable classes,
    Curves curves,
    BarChart bars,
    Distances distances,
    FeatureMaps features,
    Qualitative pictures,
    Cost cost,
    List<RunRecord> runs) {

  /** A method in a legend. */
  record Key(String name, Appearance appearance) {}

  /** A class in a legend. */
  record Swatch(String name, String colour) {}

  static Page of(Comparison comparison, String css) throws IOException {
    List<Key> keys = keys(comparison);
    return new Page(
        css,
        comparison.task(),
        lead(comparison),
        facts(comparison),
        comparison.severalSeeds(),
        comparison.baseline().isPresent() && comparison.methods().size() > 1,
        Overview.of(comparison, keys),
        ClassTable.of(comparison, keys),
        Curves.of(comparison, keys),
        ClassBars.iou(comparison, keys),
        Distances.of(comparison, keys),
        FeatureMaps.of(comparison),
        Qualitative.of(comparison),
        Cost.of(comparison),
        comparison.methods().stream()
            .flatMap(method -> method.runs().stream())
            .map(RunRecord::of)
            .toList());
  }

  private static List<Key> keys(Comparison comparison) {
    return IntStream.range(0, comparison.methods().size())
        .mapToObj(i -> new Key(comparison.methods().get(i).method(), Appearance.of(i)))
        .toList();
  }

  /** Returns the classes with their colours. */
  static List<Swatch> swatches(LabelSpace space) {
    return IntStream.range(0, space.classes())
        .mapToObj(k -> new Swatch(space.className(k), colour(space, k)))
        .toList();
  }

  /** Returns a class's colour as CSS writes it. */
  static String colour(LabelSpace space, int id) {
    return String.format("#%06x", space.rgb(id));
  }

  private static String lead(Comparison comparison) {
    MethodScores best =
        comparison.methods().stream()
            .max(Comparator.comparingDouble(method -> method.miou().mean()))
            .orElseThrow();
    String reached =
        best.method() + " reaches the highest mIoU, " + Numbers.percent(best.miou()) + " %";
    OptionalDouble difference = comparison.difference(best);
    if (difference.isPresent()) {
      return reached
          + ", "
          + Numbers.decimal(100 * difference.getAsDouble(), 1)
          + " points above training on the source domain alone.";
    }
    return comparison.isBaseline(best) && comparison.methods().size() > 1
        ? reached + ": no method beats training on the source domain alone here."
        : reached + ".";
  }

  private static List<String> facts(Comparison comparison) {
    String seeds =
        comparison.seeds().stream().map(String::valueOf).collect(Collectors.joining(", "));
    return List.of(
        comparison.labelSpace().toString(),
        comparison.methods().get(0).first().scores().images() + " validation images of the target",
        (comparison.seeds().size() > 1 ? "seeds " : "seed ") + seeds,
        "weights of a phase: "
            + comparison.methods().stream()
                .map(method -> method.first().results().selection())
                .distinct()
                .collect(Collectors.joining(", ")));
  }
}
