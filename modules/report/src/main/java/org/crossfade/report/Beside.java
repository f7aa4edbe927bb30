package org.crossfade.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.crossfade.training.evaluation.PairedGain;
import org.crossfade.training.evaluation.Spread;
import org.crossfade.training.run.RunFolderException;

/**
 * Scores of one comparison beside those of other finished runs of the same methods, such as one
 * quick seed beside five seeds at full length.
 *
 * @param source where the other runs lie
 * @param rows in the order of the comparison; methods that the other runs have too
 */
public record Beside(String source, List<Row> rows) {
  /**
   * Copies the list.
   *
   * @param source where the other runs lie
   * @param rows in the order of the comparison; methods that the other runs have too
   */
  public Beside {
    rows = List.copyOf(rows);
  }

  /**
   * One method, or control.
   *
   * @param label of its runs
   * @param here mIoU in the comparison, a fraction
   * @param there mIoU of the other runs
   * @param seeds of the other runs
   * @param gainHere what its last idea adds over its control
   * @param gainThere the same in the other runs
   */
  public record Row(
      String label,
      Spread here,
      Spread there,
      List<Long> seeds,
      Optional<PairedGain> gainHere,
      Optional<PairedGain> gainThere) {
    /**
     * Copies the list.
     *
     * @param label of its runs
     * @param here mIoU in the comparison, a fraction
     * @param there mIoU of the other runs
     * @param seeds of the other runs
     * @param gainHere what its last idea adds over its control
     * @param gainThere the same in the other runs
     */
    public Row {
      seeds = List.copyOf(seeds);
    }
  }

  /**
   * Puts runs beside a comparison.
   *
   * @throws RunFolderException if none of them is of its task and its methods, or they were
   *     evaluated on other images
   */
  static Beside of(Comparison comparison, FinishedRuns others) {
    List<String> labels = comparison.methods().stream().map(MethodScores::label).toList();
    List<FinishedRun> alike =
        others.runs().stream()
            .filter(run -> labels.contains(run.label()))
            .filter(run -> run.results().task().equals(comparison.task()))
            .filter(run -> run.labelSpace().spelled().equals(comparison.labelSpace().spelled()))
            .toList();
    String source = others.folders().stream().map(Path::toString).collect(Collectors.joining(", "));
    if (alike.isEmpty()) {
      throw new RunFolderException(
          source
              + " holds no run of "
              + String.join(", ", labels)
              + " on "
              + comparison.task()
              + " to show beside; it holds "
              + others.runs().stream()
                  .map(run -> run.label() + " on " + run.results().task())
                  .distinct()
                  .collect(Collectors.joining(", ")));
    }
    FinishedRuns chosen = new FinishedRuns(others.folders(), alike, List.of());
    FinishedRuns.requireSameValidation(List.of(comparison.methods().get(0).first(), alike.get(0)));
    Comparison there = chosen.comparisons(labels, List.of()).get(0);
    var rows = new ArrayList<Row>();
    for (MethodScores own : comparison.methods()) {
      there.methods().stream()
          .filter(other -> other.label().equals(own.label()))
          .findFirst()
          .ifPresent(
              other ->
                  rows.add(
                      new Row(
                          own.label(),
                          own.miou(),
                          other.miou(),
                          other.seeds(),
                          gain(comparison, own),
                          gain(there, other))));
    }
    return new Beside(source, rows);
  }

  private static Optional<PairedGain> gain(Comparison comparison, MethodScores method) {
    return comparison.ownGains().stream()
        .filter(gain -> gain.run().equals(method))
        .map(OwnGain::gain)
        .findFirst();
  }
}
