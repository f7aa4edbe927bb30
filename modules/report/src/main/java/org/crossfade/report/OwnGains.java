package org.crossfade.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Idea;
import org.crossfade.training.config.Methods;
import org.crossfade.training.config.OptionSources;

/**
 * Finds controls among finished runs. A run is the control of another when its recorded options are
 * the other's with one idea switched off, and with nothing else changed; names don't matter.
 */
final class OwnGains {
  private final List<MethodScores> methods;
  private final Map<String, String> hashes = new HashMap<>();

  private OwnGains(List<MethodScores> methods) {
    this.methods = methods;
  }

  /** Returns the gains that can be told from the runs, in the order of the methods. */
  static List<OwnGain> of(List<MethodScores> methods) {
    return new OwnGains(methods).all();
  }

  private List<OwnGain> all() {
    var gains = new ArrayList<OwnGain>();
    for (MethodScores run : methods) {
      Optional<Contribution> contribution =
          Methods.all().stream()
              .filter(factory -> factory.name().equals(run.method()))
              .map(AdaptationMethod.Factory::contribution)
              .findFirst();
      if (contribution.isEmpty()) {
        continue;
      }
      if (contribution.get() instanceof Contribution.Ideas ideas) {
        last(run, ideas.inOrder()).ifPresent(idea -> control(run, idea).ifPresent(gains::add));
      } else if (contribution.get() instanceof Contribution.OverMethod over) {
        overMethod(run, over).ifPresent(gains::add);
      }
    }
    return List.copyOf(gains);
  }

  /** Returns the last idea that a run has: leaving it out makes another run. */
  private Optional<Idea> last(MethodScores run, List<Idea> ideas) {
    return ideas.stream()
        .filter(idea -> !hash(run.first(), idea.absent()).equals(hash(run.first(), List.of())))
        .reduce((first, second) -> second);
  }

  private Optional<OwnGain> control(MethodScores run, Idea idea) {
    return methods.stream()
        .filter(other -> !other.equals(run) && other.method().equals(run.method()))
        .filter(other -> isControl(run, other, idea))
        .flatMap(other -> gain(idea.name(), idea.meaning(), run, other).stream())
        .findFirst();
  }

  private boolean isControl(MethodScores run, MethodScores other, Idea idea) {
    return run.runs().stream()
        .allMatch(
            one ->
                other.runs().stream()
                    .filter(its -> its.seed() == one.seed())
                    .allMatch(
                        its ->
                            hash(one, idea.control()).equals(hash(its, List.of()))
                                && !hash(one, List.of()).equals(hash(its, List.of()))));
  }

  private Optional<OwnGain> overMethod(MethodScores run, Contribution.OverMethod over) {
    return methods.stream()
        .filter(other -> other.method().equals(over.method()))
        .filter(other -> other.label().equals(over.method()))
        .flatMap(other -> gain("the network", over.meaning(), run, other).stream())
        .findFirst();
  }

  private static Optional<OwnGain> gain(
      String idea, String meaning, MethodScores run, MethodScores control) {
    return run.gainOver(control).map(gain -> new OwnGain(idea, meaning, run, control, gain));
  }

  private String hash(FinishedRun run, List<String> settings) {
    List<String> all = settings.stream().map(setting -> run.method() + "." + setting).toList();
    return hashes.computeIfAbsent(
        run.directory().root() + " " + all,
        key ->
            OptionSources.hash(
                new OptionSources(run.method(), false, List.of(run.directory().config()), all)
                    .resolve(),
                run.method(),
                ""));
  }
}
