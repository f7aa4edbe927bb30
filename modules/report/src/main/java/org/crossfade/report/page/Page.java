package org.crossfade.report.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.report.Comparison;

/**
 * All that the page says.
 *
 * @param css style sheet
 * @param state where a run is that is being trained; empty otherwise
 * @param script address of what reloads the page while it is; empty otherwise
 * @param title of the page
 * @param several whether there are several tasks, of which one is shown at a time
 * @param tasks in order
 */
record Page(
    String css, String state, String script, String title, boolean several, List<TaskPage> tasks) {
  /** A method in a legend. */
  record Key(String name, Appearance appearance) {}

  /** A class in a legend. */
  record Swatch(String name, String colour) {}

  static Page of(List<Comparison> comparisons, String css, String state, String script)
      throws IOException {
    var tasks = new ArrayList<TaskPage>();
    for (Comparison comparison : comparisons) {
      tasks.add(TaskPage.of(comparison, tasks.size() + 1, title(comparison, comparisons)));
    }
    return new Page(
        css,
        state,
        script,
        tasks.stream().map(TaskPage::task).collect(Collectors.joining("; ")),
        tasks.size() > 1,
        tasks);
  }

  boolean growing() {
    return !state.isEmpty();
  }

  boolean scripted() {
    return !script.isEmpty();
  }

  /** The task's name, and its number of classes where that tells it from another task. */
  private static String title(Comparison comparison, List<Comparison> all) {
    boolean alone = all.stream().filter(c -> c.task().equals(comparison.task())).count() == 1;
    return comparison.task() + (alone ? "" : ", " + comparison.labelSpace());
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
}
