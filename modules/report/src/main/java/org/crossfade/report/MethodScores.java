package org.crossfade.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.crossfade.training.evaluation.PairedGain;
import org.crossfade.training.evaluation.Spread;

/**
 * The runs of a method, or of a table's row, one a seed. Scores are fractions, 0..1.
 *
 * @param label in tables: the method's name, or the row's
 * @param runs by seed, ascending; at least one
 */
public record MethodScores(String label, List<FinishedRun> runs) {
  /**
   * Copies the list.
   *
   * @param label in tables: the method's name, or the row's
   * @param runs by seed, ascending; at least one
   */
  public MethodScores {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("'" + label + "' has no run");
    }
    runs = List.copyOf(runs);
  }

  /** {@return the run of the smallest seed, which stands for the method where one must} */
  public FinishedRun first() {
    return runs.get(0);
  }

  /** {@return the name of the method that was trained} */
  public String method() {
    return first().method();
  }

  /** {@return the seeds} */
  public List<Long> seeds() {
    return runs.stream().map(FinishedRun::seed).toList();
  }

  /** {@return how many labelled target images training saw} */
  public int targetLabels() {
    return first().provenance().targetLabels();
  }

  /** {@return the mIoU} */
  public Spread miou() {
    return over(run -> Optional.of(run.scores().miou())).orElseThrow();
  }

  /**
   * {@return the gain of the mIoU over another's, paired by seed; empty without a common seed}
   *
   * @param other trained on the same task
   */
  public Optional<PairedGain> gainOver(MethodScores other) {
    return PairedGain.of(bySeed(), other.bySeed());
  }

  private Map<Long, Double> bySeed() {
    return runs.stream()
        .collect(Collectors.toMap(FinishedRun::seed, run -> run.scores().miou(), (a, b) -> a));
  }

  /**
   * {@return the IoU of a class over the runs in which it has one}
   *
   * @param className of the task
   */
  public Optional<Spread> iou(String className) {
    return over(run -> Optional.ofNullable(run.scores().iou().get(className)));
  }

  /**
   * {@return the mIoU of a group of classes}
   *
   * @param title of the group, such as {@code mIoU16}
   */
  public Optional<Spread> group(String title) {
    return over(run -> Optional.ofNullable(run.scores().groups().get(title)));
  }

  /**
   * {@return the class center distance of a class over the runs in which it was measured}
   *
   * @param className of the task
   */
  public Optional<Spread> distance(String className) {
    return over(run -> Optional.ofNullable(run.scores().classCenterDistance().get(className)));
  }

  /** {@return the mean class center distance} */
  public Optional<Spread> meanDistance() {
    return over(run -> run.scores().meanClassCenterDistance());
  }

  /**
   * {@return a number of a metric, by its name}
   *
   * @param name as the metric calls it
   */
  public Optional<Spread> metric(String name) {
    return over(run -> Optional.ofNullable(run.scores().metrics().get(name)));
  }

  /** {@return the seconds of one run, as {@link FinishedRun#seconds} counts them} */
  public Spread seconds() {
    return over(run -> Optional.of(run.seconds())).orElseThrow();
  }

  /** {@return the largest resident set of any run, where it was measured} */
  public Optional<Long> peakResidentBytes() {
    return runs.stream().flatMap(run -> run.cost().peakResidentBytes().stream()).max(Long::compare);
  }

  /**
   * {@return the mean and the deviation of what runs have}
   *
   * @param value what a run has; empty where it has none
   */
  public Optional<Spread> over(Function<FinishedRun, Optional<Double>> value) {
    List<Double> values = runs.stream().map(value).flatMap(Optional::stream).toList();
    return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
  }
}
