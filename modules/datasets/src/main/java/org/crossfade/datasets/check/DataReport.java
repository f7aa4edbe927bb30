package org.crossfade.datasets.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.crossfade.core.label.LabelSpace;

/**
 * What a check of a data set found.
 *
 * @param name of the data set
 * @param split of the data set
 * @param labelled whether it has labels
 * @param samples the number of samples
 * @param depth how thorough the check was
 * @param problems everything that a run would stumble over, one message each, in the order of the
 *     data set
 * @param warnings what makes one doubt the labels; a run goes on
 * @param remarks what is unusual but harmless
 * @param space the classes
 * @param classCounts by class id; all zero after a check of {@link DataCheck.Depth#HEADERS}
 * @param ignoredPixels pixels that belong to no class
 * @param lacking classes that no id of its labels stands for, by name
 */
public record DataReport(
    String name,
    String split,
    boolean labelled,
    int samples,
    DataCheck.Depth depth,
    List<String> problems,
    List<String> warnings,
    List<String> remarks,
    LabelSpace space,
    List<ClassCount> classCounts,
    long ignoredPixels,
    List<String> lacking) {

  /**
   * How often a class occurs.
   *
   * @param pixels of the class, over all samples
   * @param images with at least one such pixel
   */
  public record ClassCount(long pixels, int images) {}

  /** Copies the lists. */
  public DataReport {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    remarks = List.copyOf(remarks);
    classCounts = List.copyOf(classCounts);
    lacking = List.copyOf(lacking);
  }

  /** Returns this report with the warnings of an earlier look at the same content. */
  DataReport withWarnings(List<String> earlier) {
    return new DataReport(
        name,
        split,
        labelled,
        samples,
        depth,
        problems,
        earlier,
        remarks,
        space,
        classCounts,
        ignoredPixels,
        lacking);
  }

  /** Whether nothing is wrong. */
  public boolean ok() {
    return problems.isEmpty();
  }

  /**
   * Returns what is to be said of classes that the data set never shows, which is allowed; empty if
   * it shows all of them, or has no labels.
   */
  public List<String> absences() {
    if (!labelled) {
      return List.of();
    }
    var said = new ArrayList<String>();
    if (!lacking.isEmpty()) {
      said.add("no label stands for " + String.join(", ", lacking));
    }
    if (depth == DataCheck.Depth.FULL) {
      List<String> unseen =
          IntStream.range(0, classCounts.size())
              .filter(id -> classCounts.get(id).pixels() == 0)
              .mapToObj(space::className)
              .filter(name -> !lacking.contains(name))
              .toList();
      if (!unseen.isEmpty()) {
        said.add("no pixel of " + String.join(", ", unseen));
      }
    }
    return said;
  }

  /** The report as text, one finding a line, ending in a line feed. */
  public String render() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s %s: %d %s samples, %s, %d problem%s%s%n",
            name,
            split,
            samples,
            labelled ? "labelled" : "unlabelled",
            depth == DataCheck.Depth.FULL ? "every file decoded" : "headers only",
            problems.size(),
            problems.size() == 1 ? "" : "s",
            warnings.isEmpty()
                ? ""
                : ", " + warnings.size() + (warnings.size() == 1 ? " warning" : " warnings")));
    problems.forEach(problem -> text.append("  problem: ").append(problem).append('\n'));
    warnings.forEach(warning -> text.append("  warning: ").append(warning).append('\n'));
    remarks.forEach(remark -> text.append("  note: ").append(remark).append('\n'));
    absences().forEach(absence -> text.append("  note: ").append(absence).append('\n'));
    if (labelled && depth == DataCheck.Depth.FULL) {
      appendClasses(text);
    }
    return text.toString();
  }

  private void appendClasses(StringBuilder text) {
    long total = ignoredPixels + classCounts.stream().mapToLong(ClassCount::pixels).sum();
    double percent = 100.0 / Math.max(1, total);
    text.append(
        String.format(Locale.ROOT, "  %-14s %8s %14s %8s%n", "class", "images", "pixels", "%"));
    for (int id = 0; id < classCounts.size(); id++) {
      ClassCount count = classCounts.get(id);
      text.append(
          String.format(
              Locale.ROOT,
              "  %-14s %8d %14d %8.3f%n",
              space.className(id),
              count.images(),
              count.pixels(),
              count.pixels() * percent));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "  %-14s %8s %14d %8.3f%n",
            "ignored",
            "",
            ignoredPixels,
            ignoredPixels * percent));
  }
}
