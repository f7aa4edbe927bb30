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

  /**
   * Copies the list.
   *
   * @param task name
   * @param labelSpace its classes
   * @param methods in the order of the tables
   * @param beside the same methods' scores in other runs
   */
  public Comparison {
    methods = List.copyOf(methods);
  }

  /**
   * Compares methods, with nothing beside them.
   *
   * @param task name
   * @param labelSpace its classes
   * @param methods in the order of the tables
   */
  public Comparison(String task, LabelSpace labelSpace, List<MethodScores> methods) {
    this(task, labelSpace, methods, Optional.empty());
  }

  /**
   * {@return the same with other runs beside it}
   *
   * @param others runs, some of the same methods on the same task
   * @throws RunFolderException if they can't be compared
   */
  public Comparison beside(FinishedRuns others) {
    return new Comparison(task, labelSpace, methods, Optional.of(Beside.of(this, others)));
  }

  /**
   * {@return source-only training, if it was compared: the one of that name, or the only one} Of
   * several, on networks of their own, none is what all others compare with.
   */
  public Optional<MethodScores> baseline() {
    List<MethodScores> trained = methods.stream().filter(m -> m.method().equals(BASELINE)).toList();
    return trained.size() == 1
        ? Optional.of(trained.get(0))
        : trained.stream().filter(m -> m.label().equals(BASELINE)).findFirst();
  }

  /**
   * {@return whether a method is the one that differences refer to}
   *
   * @param method any of {@link #methods}
   */
  public boolean isBaseline(MethodScores method) {
    return baseline().filter(method::equals).isPresent();
  }

  /**
   * {@return the mIoU of a method minus the baseline's, as a fraction; empty for the baseline}
   *
   * @param method any of {@link #methods}
   */
  public OptionalDouble difference(MethodScores method) {
    Optional<MethodScores> other = baseline();
    return isBaseline(method) || other.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(method.miou().mean() - other.get().miou().mean());
  }

  /**
   * {@return the IoU of a class minus the baseline's, as a fraction}
   *
   * @param method any of {@link #methods}
   * @param className of the task
   */
  public OptionalDouble difference(MethodScores method, String className) {
    Optional<Spread> own = method.iou(className);
    Optional<Spread> other = baseline().flatMap(b -> b.iou(className));
    return isBaseline(method) || own.isEmpty() || other.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(own.get().mean() - other.get().mean());
  }

  /** {@return what ideas add over their controls, of those that were run} */
  public List<OwnGain> ownGains() {
    return OwnGains.of(methods);
  }

  /** {@return all seeds of all methods} */
  public List<Long> seeds() {
    var seeds = new TreeSet<Long>();
    methods.forEach(method -> seeds.addAll(method.seeds()));
    return List.copyOf(seeds);
  }

  /** {@return whether any method has more than one run} */
  public boolean severalSeeds() {
    return methods.stream().anyMatch(method -> method.runs().size() > 1);
  }
}
