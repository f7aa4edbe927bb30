package org.crossfade.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.crossfade.report.Comparison;
import org.crossfade.report.FinishedRun;
import org.crossfade.report.MethodScores;
import org.crossfade.training.evaluation.RunResults.PhaseResult;
import org.crossfade.training.evaluation.Spread;

/**
 * Time and memory of every method.
 *
 * @param methods in order
 */
record Cost(List<MethodCost> methods) {
  /** One method. */
  record MethodCost(String name, String time, String peak, List<PhaseCost> phases) {}

  /** One phase, averaged over seeds. */
  record PhaseCost(
      String name,
      String iterations,
      String miou,
      String time,
      String trainingSpeed,
      String evaluationSpeed,
      boolean shared) {}

  static Cost of(Comparison comparison) {
    return new Cost(comparison.methods().stream().map(Cost::of).toList());
  }

  private static MethodCost of(MethodScores method) {
    var phases = new ArrayList<PhaseCost>();
    method.first().results().phases().keySet().forEach(name -> phases.add(trained(method, name)));
    method.first().cost().seconds().keySet().stream()
        .filter(name -> !method.first().results().phases().containsKey(name))
        .forEach(name -> phases.add(passed(method, name)));
    return new MethodCost(
        method.label(),
        Numbers.duration(method.seconds().mean()),
        Numbers.gigabytes(method.peakResidentBytes()),
        phases);
  }

  private static PhaseCost trained(MethodScores method, String name) {
    Spread miou =
        method.over(run -> phase(run, name).map(p -> p.evaluation().miou())).orElseThrow();
    return new PhaseCost(
        name,
        Numbers.whole(method.first().results().phases().get(name).iterations()),
        Numbers.percent(miou),
        duration(method.over(run -> phase(run, name).map(PhaseResult::seconds))),
        speed(
            method.over(
                run -> {
                  OptionalDouble speed = run.history().imagesPerSecond(name);
                  return speed.isPresent() ? Optional.of(speed.getAsDouble()) : Optional.empty();
                })),
        speed(method.over(run -> phase(run, name).map(p -> p.evaluation().imagesPerSecond()))),
        phase(method.first(), name).map(PhaseResult::reused).orElse(false));
  }

  private static PhaseCost passed(MethodScores method, String name) {
    return new PhaseCost(
        name,
        "–",
        "–",
        duration(method.over(run -> Optional.ofNullable(run.cost().seconds().get(name)))),
        "–",
        "–",
        false);
  }

  private static Optional<PhaseResult> phase(FinishedRun run, String name) {
    Map<String, PhaseResult> phases = run.results().phases();
    return Optional.ofNullable(phases.get(name));
  }

  private static String duration(Optional<Spread> seconds) {
    return seconds.map(s -> Numbers.duration(s.mean())).orElse("–");
  }

  private static String speed(Optional<Spread> speed) {
    return Numbers.speed(
        speed.map(s -> OptionalDouble.of(s.mean())).orElse(OptionalDouble.empty()));
  }
}
