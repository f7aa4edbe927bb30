package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Idea;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.datasets.DataRoots;
import org.crossfade.tables.series.IdeaRuns;
import org.crossfade.tables.series.RunSeries;
import org.crossfade.tables.series.Subject;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.Methods;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.options.DecisiveOptions;
import org.crossfade.training.session.WeightFiles;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the controls of every method on the class path owe to the word. */
class ControlsTest {
  /** What a control may never change: it would be another training. */
  private static final List<String> KEPT =
      List.of("iterations", "batch", "batch-norm", "width", "height", "decay", "network");

  @TestFactory
  Stream<DynamicTest> everyControlDiffersFromItsRunInItsIdeaAlone() {
    return Methods.all().stream()
        .filter(factory -> OptionSources.hasStreetsForm(factory.name()))
        .filter(factory -> factory.contribution() instanceof Contribution.Ideas)
        .map(
            factory -> DynamicTest.dynamicTest(factory.name(), () -> controlsAreControls(factory)));
  }

  @Test
  void aMethodWithoutIdeasIsComparedWithOneThatThereIs() {
    for (AdaptationMethod.Factory factory : Methods.all()) {
      if (factory.contribution() instanceof Contribution.OverMethod over) {
        assertThat(Methods.named(over.method()).contribution())
            .as(factory.name())
            .isInstanceOf(Contribution.Ideas.class);
      }
    }
  }

  @Test
  void eachIdeaOfFadaIsOnInItsRunAndOffInItsControl() {
    IdeaRuns runs = IdeaRuns.of(Subject.method("fada"), ControlsTest::options);
    assertThat(runs.all())
        .extracting(Subject::name)
        .containsExactly("fada.alignment-off", "fada.alignment", "fada.distillation-off", "fada");
    assertThat(runs.control(Subject.method("fada")))
        .map(Subject::name)
        .contains("fada.distillation-off");
    assertThat(options(runs.all().get(0)).getDouble("fada.alignment.lambda-adv")).isZero();
    assertThat(options(runs.all().get(1)).getBoolean("fada.self-distillation.enabled")).isFalse();
  }

  @Test
  void aMethodUpToAnIdeaIsThatRunOfTheWholeMethod() {
    IdeaRuns whole = IdeaRuns.of(Subject.method("spcl"), ControlsTest::options);
    Subject chosen = Subject.chosen("spcl.contrast");
    IdeaRuns part = IdeaRuns.of(chosen, ControlsTest::options);
    assertThat(whole.all()).contains(chosen);
    assertThat(part.all())
        .extracting(Subject::name)
        .containsExactly(
            "spcl.alignment-off", "spcl.alignment", "spcl.contrast-off", "spcl.contrast");
    for (Subject run : part.all()) {
      Subject same =
          whole.all().stream().filter(one -> one.name().equals(run.name())).findFirst().get();
      assertThat(options(run)).as(run.name()).isEqualTo(options(same));
    }
    assertThat(Subject.chosen("fada.distillation")).isEqualTo(Subject.method("fada"));
  }

  @Test
  void anUnknownIdeaListsThoseThatThereAre() {
    assertThatThrownBy(() -> Subject.chosen("fada.align"))
        .hasMessage("fada has no idea 'align'; there are: alignment, distillation");
    assertThatThrownBy(() -> Subject.chosen("adabn.statistics"))
        .hasMessageContaining("adabn has no ideas of its own");
    assertThatThrownBy(() -> Subject.chosen("fadda.alignment"))
        .hasMessageContaining("no method 'fadda'")
        .hasMessageContaining("fada");
  }

  @Test
  void aControlThatIsTheRunBeforeIsTrainedOnce() {
    IdeaRuns runs = IdeaRuns.of(Subject.method("pixl"), ControlsTest::options);
    assertThat(runs.all())
        .extracting(Subject::name)
        .containsExactly("pixl.drift-pixels-off", "pixl.drift-pixels", "pixl");
    assertThat(runs.control(Subject.method("pixl")))
        .map(Subject::name)
        .contains("pixl.drift-pixels");
  }

  @Test
  void anIdeaThatAFormHasOffHasNoRuns() {
    Subject without =
        new Subject(
            "fada",
            "fada",
            "fada",
            Optional.empty(),
            List.of("fada.self-distillation.enabled=false"));
    assertThat(IdeaRuns.of(without, ControlsTest::options).all())
        .extracting(Subject::name)
        .containsExactly("fada.alignment-off", "fada");
  }

  @Test
  void hrdaBringsTheMethodThatItIsComparedWith() {
    var series =
        new RunSeries(
            Path.of("unused"),
            new RunSeries.Inputs(
                true,
                List.of(),
                List.of(),
                DataRoots.parse(List.of(), Map.of()),
                WeightFiles.NONE));
    assertThat(series.withControls(List.of(Subject.method("hrda"))))
        .extracting(Subject::name)
        .containsExactly("daformer", "hrda");
    assertThat(series.control(Subject.method("hrda"))).contains(Subject.method("daformer"));
  }

  private static void controlsAreControls(AdaptationMethod.Factory factory) {
    IdeaRuns runs = IdeaRuns.of(Subject.method(factory.name()), ControlsTest::options);
    assertThat(runs.all()).as("a control and a run at least").hasSizeGreaterThan(1);
    int controls = 0;
    for (Subject run : runs.all()) {
      Optional<Subject> control = runs.control(run);
      if (control.isEmpty()) {
        continue;
      }
      controls++;
      Idea idea = idea(factory, run);
      List<String> changed =
          new DecisiveOptions(options(control.get()), factory.name())
              .differencesFrom(new DecisiveOptions(options(run), factory.name()));
      assertThat(changed).as(control.get().name()).isNotEmpty();
      List<String> own =
          idea.control().stream()
              .map(
                  setting ->
                      factory.name() + "." + Splitter.on('=').splitToList(setting).get(0).strip())
              .toList();
      assertThat(changed)
          .as(control.get().name())
          .allMatch(line -> own.stream().anyMatch(line::startsWith));
      assertThat(own)
          .allSatisfy(
              key ->
                  assertThat(Splitter.on('.').splitToList(key)).doesNotContainAnyElementsOf(KEPT));
      assertThat(trainings(control.get())).as(control.get().name()).isEqualTo(trainings(run));
    }
    assertThat(controls).isPositive();
  }

  /** The idea whose run it is: by its name, or the last. */
  private static Idea idea(AdaptationMethod.Factory factory, Subject run) {
    List<Idea> ideas = ((Contribution.Ideas) factory.contribution()).inOrder();
    return ideas.stream()
        .filter(idea -> run.name().endsWith("." + idea.name()))
        .findFirst()
        .orElse(ideas.get(ideas.size() - 1));
  }

  /** Iterations and images of the phases that move the segmentation network. */
  private static List<String> trainings(Subject subject) {
    var trainings = new ArrayList<String>();
    for (var phase : new ExperimentLoader(sources(subject)).method().phases()) {
      if (phase instanceof TrainingPhase training
          && !training.frozen().test(TrainingPhase.SEGMENTER + ".x")) {
        trainings.add(training.iterations() + " iterations of " + images(training));
      }
    }
    return trainings;
  }

  /** Which of a domain's images come more often may be an idea, such as rare classes first. */
  private static List<String> images(TrainingPhase training) {
    return training.streams().stream()
        .map(s -> List.of(s.name(), s.domain(), s.batch(), s.transforms(), s.labels()).toString())
        .toList();
  }

  private static Config options(Subject subject) {
    return sources(subject).resolve();
  }

  private static OptionSources sources(Subject subject) {
    return new OptionSources(subject.method(), true, List.of(), subject.settings());
  }
}
