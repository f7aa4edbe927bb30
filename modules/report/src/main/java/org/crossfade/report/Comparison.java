package org.crossfade.report;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.training.evaluation.Spread;
import org.crossfade.training.run.RunFolderException;

/**
 * Methods, or rows of tables, on one task.
 *
 * @param task name
 * @param labelSpace its classes
 * @param methods in the order of the tables
 * @param beside the same methods' scores in other runs
 */
public record Comparison(
    String task, LabelSpace labelSpace, List<MethodScores> methods, Optional<Beside> beside) {
  /** The method that differences refer to. */
  public static final String BASELINE = "source-only";

  /** Copies the list. */
  public Comparison {
    methods = List.copyOf(methods);
  }

  /** Compares methods, with nothing beside them. */
  public Comparison(String task, LabelSpace labelSpace, List<MethodScores> methods) {
    this(task, labelSpace, methods, Optional.empty());
  }

  /**
   * Returns the same with other runs beside it.
   *
   * @throws RunFolderException if they can't be compared
   */
  public Comparison beside(FinishedRuns others) {
    return new Comparison(task, labelSpace, methods, Optional.of(Beside.of(this, others)));
  }

  /**
   * Returns source-only training, if it was compared: the one of that name, or the only one. Of
   * several, on networks of their own, none is what all others compare with.
   */
  public Optional<MethodScores> baseline() {
    List<MethodScores> trained = methods.stream().filter(m -> m.method().equals(BASELINE)).toList();
    return trained.size() == 1
        ? Optional.of(trained.get(0))
        : trained.stream().filter(m -> m.label().equals(BASELINE)).findFirst();
  }

  /** Returns whether a method is the one that differences refer to. */
  public boolean isBaseline(MethodScores method) {
    return baseline().filter(method::equals).isPresent();
  }

  /** Returns the mIoU of a method minus the baseline's, as a fraction; empty for the baseline. */
  public OptionalDouble difference(MethodScores method) {
    Optional<MethodScores> other = baseline();
    return isBaseline(method) || other.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(method.miou().mean() - other.get().miou().mean());
  }

  /** Returns the IoU of a class minus the baseline's, as a fraction. */
  public OptionalDouble difference(MethodScores method, String className) {
    Optional<Spread> own = method.iou(className);
    Optional<Spread> other = baseline().flatMap(b -> b.iou(className));
    return isBaseline(method) || own.isEmpty() || other.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(own.get().mean() - other.get().mean());
  }

  /** Returns what ideas add over their controls, of those that were run. */
  public List<OwnGain> ownGains() {
    return OwnGains.of(methods);
  }

  /** Returns all seeds of all methods. */
  public List<Long> seeds() {
    var seeds = new TreeSet<Long>();
    methods.forEach(method -> seeds.addAll(method.seeds()));
    return List.copyOf(seeds);
  }

  /** Returns whether any method has more than one run. */
  public boolean severalSeeds() {
    return methods.stream().anyMatch(method -> method.runs().size() > 1);
  }
}
