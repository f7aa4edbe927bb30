package org.crossfade.tables.series;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Idea;
import org.crossfade.training.config.Methods;
import org.crossfade.training.config.OptionSources;

/**
 * The runs that show what each idea of a method adds. Of every idea: its control, called {@code
 * NAME.IDEA-off}, and the run with the ideas up to it, called {@code NAME.IDEA}; the last of these
 * is the subject itself. A control that is the run before it is trained once.
 */
public final class IdeaRuns {
  private final Subject subject;
  private final Function<Subject, Config> options;
  private final Map<String, Subject> byOptions = new LinkedHashMap<>();
  private final Map<Subject, Subject> controls = new HashMap<>();

  private IdeaRuns(Subject subject, Function<Subject, Config> options) {
    this.subject = subject;
    this.options = options;
  }

  /**
   * {@return the runs of a subject}
   *
   * @param subject that has the ideas; without any it is alone
   * @param options resolves the options of a subject, below {@code crossfade}
   */
  public static IdeaRuns of(Subject subject, Function<Subject, Config> options) {
    var runs = new IdeaRuns(subject, options);
    runs.add(
        Methods.named(subject.method()).contribution() instanceof Contribution.Ideas ideas
            ? ideas.inOrder()
            : List.of());
    return runs;
  }

  /** {@return all runs, in order; the subject itself is the last} */
  public List<Subject> all() {
    return List.copyOf(byOptions.values());
  }

  /**
   * {@return the control of a run; none of a control, and of what has no idea}
   *
   * @param run one of {@link #all}
   */
  public Optional<Subject> control(Subject run) {
    return Optional.ofNullable(controls.get(run));
  }

  private void add(List<Idea> ideas) {
    String whole = hash(subject);
    List<Idea> there =
        ideas.stream()
            .filter(idea -> !hash(subject.with("", "", keys(idea.absent()))).equals(whole))
            .toList();
    for (int i = 0; i < there.size(); i++) {
      Idea idea = there.get(i);
      List<String> later =
          there.subList(i + 1, there.size()).stream()
              .flatMap(j -> keys(j.absent()).stream())
              .toList();
      var off = new ArrayList<>(later);
      off.addAll(keys(idea.control()));
      Subject stem = subject.stem();
      Subject control =
          once(stem.with("." + idea.name() + "-off", ", " + idea.name() + " off", off));
      Subject run =
          later.isEmpty()
              ? subject
              : stem.with("." + idea.name(), Subject.upTo(idea.name()), later);
      controls.put(once(run), control);
    }
    once(subject);
  }

  /** The run before an idea may be its control: it is trained once. */
  private Subject once(Subject run) {
    Subject before = byOptions.putIfAbsent(hash(run), run);
    return before == null ? run : before;
  }

  private List<String> keys(List<String> settings) {
    return settings.stream().map(setting -> subject.method() + "." + setting).toList();
  }

  private String hash(Subject run) {
    return OptionSources.hash(options.apply(run), run.method(), "");
  }
}
