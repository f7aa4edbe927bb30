package org.crossfade.report.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crossfade.report.Comparison;
import org.crossfade.report.MethodScores;
import org.crossfade.report.OwnGain;

/**
 * What the page says on one task.
 *
 * @param id of its part of the page
 * @param first whether it is the one that is open at first
 * @param task title
 * @param lead one sentence on the outcome
 * @param facts short facts below it
 * @param scored whether anything was evaluated yet
 * @param severalSeeds whether figures have deviations
 * @param hasBaseline whether figures have differences
 * @param ideas what each idea adds
 * @param beside the same methods' scores in other runs
 * @param overview table of methods
 * @param classes IoU of every class, some methods a table
 * @param curves mIoU and losses
 * @param bars IoU of every class as bars
 * @param confusion what classes are taken for
 * @param distances class center distances
 * @param features maps of features
 * @param pictures predictions
 * @param timeline predictions over time, of one run
 * @param cost time and memory
 * @param runs command, options and versions of every run
 */
record TaskPage(
    String id,
    boolean first,
    String task,
    String lead,
    List<String> facts,
    boolean scored,
    boolean severalSeeds,
    boolean hasBaseline,
    IdeaTable ideas,
    BesideTable beside,
    Overview overview,
    List<ClassTable> classes,
    Curves curves,
    BarChart bars,
    Confusion confusion,
    Distances distances,
    FeatureMaps features,
    Qualitative pictures,
    Timeline timeline,
    Cost cost,
    List<RunRecord> runs) {

  /**
   * Returns the part of a comparison.
   *
   * @param number of the task, from 1
   * @param title of the task
   */
  static TaskPage of(Comparison comparison, int number, String title) throws IOException {
    List<Page.Key> keys = keys(comparison);
    List<OwnGain> gains = comparison.ownGains();
    return new TaskPage(
        "task-" + number,
        number == 1,
        title,
        lead(comparison) + (comparison.methods().size() > 1 ? IdeaTable.sentence(gains) : ""),
        facts(comparison),
        scored(comparison),
        comparison.severalSeeds(),
        comparison.baseline().isPresent() && comparison.methods().size() > 1,
        IdeaTable.of(gains),
        BesideTable.of(comparison.beside()),
        Overview.of(comparison, keys, gains),
        ClassTable.all(comparison, keys),
        Curves.of(comparison, keys),
        ClassBars.iou(comparison, keys),
        Confusion.of(comparison),
        Distances.of(comparison, keys),
        FeatureMaps.of(comparison),
        Qualitative.of(comparison),
        Timeline.of(comparison),
        Cost.of(comparison),
        comparison.methods().stream()
            .flatMap(method -> method.runs().stream())
            .map(RunRecord::of)
            .toList());
  }

  private static List<Page.Key> keys(Comparison comparison) {
    return IntStream.range(0, comparison.methods().size())
        .mapToObj(i -> new Page.Key(comparison.methods().get(i).label(), Appearance.of(i)))
        .toList();
  }

  private static boolean scored(Comparison comparison) {
    return comparison.methods().stream().anyMatch(method -> method.first().scored());
  }

  private static String lead(Comparison comparison) {
    if (!scored(comparison)) {
      return "Nothing was evaluated yet.";
    }
    if (comparison.methods().size() == 1 && comparison.baseline().isEmpty()) {
      MethodScores only = comparison.methods().get(0);
      return only.label() + " reaches an mIoU of " + Numbers.percent(only.miou()) + " %.";
    }
    MethodScores best =
        comparison.methods().stream()
            .max(Comparator.comparingDouble(method -> method.miou().mean()))
            .orElseThrow();
    String reached =
        best.label() + " reaches the highest mIoU, " + Numbers.percent(best.miou()) + " %";
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
    int images = comparison.methods().get(0).first().scores().images();
    var facts = new ArrayList<>(List.of(comparison.labelSpace().toString()));
    if (images > 0) {
      facts.add(images + " validation images of the target");
    }
    facts.add((comparison.seeds().size() > 1 ? "seeds " : "seed ") + seeds);
    facts.add(
        "weights of a phase: "
            + comparison.methods().stream()
                .map(method -> method.first().results().selection())
                .distinct()
                .collect(Collectors.joining(", ")));
    return facts;
  }
}
