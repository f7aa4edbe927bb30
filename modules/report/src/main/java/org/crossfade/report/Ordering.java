package org.crossfade.report;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.options.InvalidOptionsException;

/**
 * An order of methods that is to be tested, from the lowest mIoU to the highest. Every step of it
 * stands under the rule of {@link org.crossfade.training.evaluation.PairedGain}.
 *
 * @param labels as tables call the methods, at least two
 */
public record Ordering(List<String> labels) {
  private static final Splitter STEPS = Splitter.on('<').trimResults();

  /**
   * Copies the list.
   *
   * @param labels as tables call the methods, at least two
   */
  public Ordering {
    labels = List.copyOf(labels);
  }

  /**
   * {@return the order in a text such as {@code source-only < adaptsegnet < fada}}
   *
   * @param text labels of methods, with {@code <} between them
   * @throws InvalidOptionsException if it is none
   */
  public static Ordering parse(String text) {
    List<String> labels = STEPS.splitToList(text);
    if (labels.size() < 2 || labels.contains("")) {
      throw new InvalidOptionsException(
          List.of(
              "--order '"
                  + text
                  + "': expected names with < between them, such as 'source-only < fada'"));
    }
    return new Ordering(labels);
  }

  /**
   * {@return a line for each step: the gain, over which seeds, and whether it is shown}
   *
   * @param comparison with the methods of this order
   */
  public String render(Comparison comparison) {
    var lines = new ArrayList<String>();
    for (int i = 1; i < labels.size(); i++) {
      String lower = labels.get(i - 1);
      String higher = labels.get(i);
      lines.add(lower + " < " + higher + ": " + step(comparison, lower, higher));
    }
    return String.join("\n", lines);
  }

  private static String step(Comparison comparison, String lower, String higher) {
    Optional<MethodScores> low = called(comparison, lower);
    Optional<MethodScores> high = called(comparison, higher);
    if (low.isEmpty() || high.isEmpty()) {
      return "not measured, no finished run of " + (low.isEmpty() ? lower : higher);
    }
    return high.get()
        .gainOver(low.get())
        .map(gain -> gain.points() + " points, " + gain.verdict())
        .orElse("not measured, no seed in common");
  }

  private static Optional<MethodScores> called(Comparison comparison, String label) {
    return comparison.methods().stream().filter(m -> m.label().equals(label)).findFirst();
  }
}
