package org.crossfade.pixda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.SampleSelection;
import org.crossfade.core.method.ScoreRule;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.optim.UpdateContext;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.methodtest.MethodGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PixDaTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"", "pixda/synthia", "pixda/paper", "pixda/streets-short", "streets/pixda"})
  void everyShippedFileMakesAMethod(String resource) {
    for (int classes : new int[] {19, 16, 13}) {
      var method = new PixDa(TinyPixDa.shipped(resource), classes);

      assertThat(method.phases()).extracting(Phase::name).endsWith("adversarial", "fine-tuning");
      assertThat(method.segmenter().classes()).isEqualTo(classes);
    }
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(AdaptationMethod.Factory.class))
        .extracting(AdaptationMethod.Factory::name)
        .contains("pixda");
  }

  /** The numbers of the code that made the published tables. */
  @Test
  void defaultsAreThePublishedCodes() {
    PixDaOptions options = TinyPixDa.shipped("");
    var method = new PixDa(options, 19);
    var adversarial = (TrainingPhase) method.phases().get(0);
    var tuning = (TrainingPhase) method.phases().get(1);

    assertThat(adversarial.initialWeights())
        .containsEntry(TrainingPhase.SEGMENTER, InitialWeights.pretrained());
    assertThat(List.of(adversarial.iterations(), tuning.iterations()))
        .containsExactly(30000L, 200L);
    assertThat(adversarial.streams())
        .allSatisfy(
            stream -> {
              assertThat(stream.batch()).isEqualTo(4);
              assertThat(stream.size()).hasToString("1024x512");
              assertThat(stream.labels()).isEqualTo(StreamRequest.Labels.GROUND_TRUTH);
            });
    assertThat(options.selection().rule())
        .isEqualTo(new ScoreRule(ScoreRule.Keep.ABOVE, 0.4, ScoreRule.Growth.ADD, 0.4));
    assertThat(options.replicas()).isEqualTo(2);
    assertThat(options.fineTuning().distillation().teacherTemperature()).isEqualTo(2);
  }

  @Test
  void paperFileIsThePaperWhereTheCodeDiffers() {
    PixDaOptions paper = TinyPixDa.shipped("pixda/paper");

    assertThat(paper.alignment().detachS()).isTrue();
    assertThat(paper.alignment().discriminatorWeight(10)).isEqualTo(10);
    assertThat(paper.selection().rule().thresholdAt(2)).isEqualTo(1.6);
    assertThat(paper.selection().rule().keeps(0.3, 0)).isTrue();
    assertThat(paper.fineTuning().distillation().teacherTemperature()).isEqualTo(0.5);
    assertThat(TinyPixDa.shipped("pixda/synthia").alignment().lambdaAdv()).isEqualTo(1);
  }

  @Test
  void sourceImagesAreSelectedAndStyledByTheTarget() {
    var adversarial = (TrainingPhase) new PixDa(TinyPixDa.options(""), 19).phases().get(1);
    SampleSelection selection = adversarial.selection().orElseThrow();

    assertThat(selection.stream()).isEqualTo("source");
    assertThat(selection.companions()).containsExactly("target");
    var plain = (TrainingPhase) new PixDa(TinyPixDa.options("style = null"), 19).phases().get(1);
    assertThat(plain.selection().orElseThrow().companions()).isEmpty();
    var unselected =
        (TrainingPhase)
            new PixDa(TinyPixDa.options("selection.enabled = false"), 19).phases().get(1);
    assertThat(unselected.selection()).isEmpty();
  }

  @Test
  void fineTuningGoesOnWithNetworkAndOptimizerAndACopyAsTeacher() {
    var tuning = (TrainingPhase) new PixDa(TinyPixDa.options(""), 19).phases().get(2);
    String slots = UpdateContext.role("segmenter");

    assertThat(tuning.continued()).contains("adversarial");
    assertThat(tuning.initialWeights())
        .containsEntry("segmenter", InitialWeights.fromPhase("adversarial", "segmenter"))
        .containsEntry("teacher", InitialWeights.fromPhase("adversarial", "segmenter"))
        .containsEntry(slots, InitialWeights.fromPhase("adversarial", slots));
    assertThat(tuning.frozen().test("teacher.layer1.0.conv1.weight")).isTrue();
    assertThat(tuning.streams()).extracting(StreamRequest::name).containsExactly("target");
  }

  @Test
  void theRowsOfTable4AreOptions() {
    var alone =
        (TrainingPhase)
            new PixDa(
                    TinyPixDa.options(
                        "fine-tuning { continue-optimizer = false, distillation.enabled = false }"),
                    19)
                .phases()
                .get(2);
    assertThat(alone.initialWeights()).containsOnlyKeys("segmenter");
    assertThat(alone.continued()).isEmpty();
    assertThat(new PixDa(TinyPixDa.options("fine-tuning.enabled = false"), 19).phases())
        .extracting(Phase::name)
        .containsExactly("source", "adversarial");
  }

  /** No weight of a phase is left undecided, and each phase takes a step. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "segmentation { kind = cross-entropy }, replicas = 2",
        "alignment { level = image, use-s = false, use-b = false }, selection.enabled = false",
        "style = null, alignment { use-s = false }, fine-tuning.distillation.teacher-norm ="
            + " running",
        "fine-tuning.distillation.enabled = false, adversarial.source.jitter.hue = 0.1"
      })
  void everyPhaseTrainsAllItsWeights(String overrides) {
    for (Phase phase : new PixDa(TinyPixDa.options(overrides), 13).phases()) {
      var training = (TrainingPhase) phase;
      try (var graph = new MethodGraph(training.streams())) {
        var steps = training.steps().apply(graph.context());
        assertThat(steps).hasSize(1);
        var step = graph.compile(steps.get(0));
        graph.initialize();

        for (float loss : graph.run(step, 0)) {
          assertThat(loss).isFinite();
        }
        Set<String> weights =
            new HashSet<>(graph.store().snapshots(ParameterSpec.Kind.WEIGHT).names());
        weights.removeIf(training.frozen());
        assertThat(step.trained()).isEqualTo(weights);
      }
    }
  }

  @Test
  void aScoreIsOneNumberAnImageAndCreatesNoVariable() {
    PixDaOptions options = TinyPixDa.options("");
    var adversarial = (TrainingPhase) new PixDa(options, 19).phases().get(1);
    try (var graph = new MethodGraph(adversarial.streams())) {
      graph.compile(adversarial.steps().apply(graph.context()).get(0));
      int variables = graph.store().variables().size();
      var scores = adversarial.selection().orElseThrow().score().apply(graph.context());
      graph.initialize();

      assertThat(graph.store().variables()).hasSize(variables);
      float[] values = graph.value(scores);
      assertThat(values).hasSize(2);
      assertThat(values[0]).isPositive();
      assertThat(values[1]).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alignment { level = image } | use-s and use-b must be false with level = image",
        "adversarial { iterations = 8, decay.horizon = 8 } | which follow adversarial.iterations",
        "adversarial { iterations = 1, decay.horizon = 1 }, fine-tuning { iterations = 2, "
            + "continue-optimizer = false } | fine-tuning.iterations must be at most",
        "alignment.lambda-adv = -1 | lambda-adv and lambda-d must be at least 0",
        "alignment.discriminator-width = 0 | discriminator-width must be at least 1",
        "alignment.reduction = median | must be one of mean, sum",
        "segmentation.alpha = 1 | alpha must lie in 0..1",
        "segmentation.balance-class = 255 | balance-class must be a train id",
        "segmentation.gamma = -1 | gamma and epsilon must be at least 0",
        "style.share = 0.5 | share of a style transfer must lie in 0..0.5",
        "adversarial.target.batch = 4 | need equal batch, width and height",
        "adversarial.target.width = 64 | need equal batch, width and height",
        "replicas = 3 | replicas must divide the adversarial phase's batches of 2 and 2 images",
        "selection.rule.amount = -1 | amount must be at least 0",
        "selection.rule.keep = best | must be one of above, below",
        "selection.score = loss | must be one of source-cross-entropy, source-probability",
        "selection.discriminator-width = 0 | discriminator-width must be at least 1",
        "fine-tuning.iterations = 0 | enabled = false leaves the phase out",
        "fine-tuning.distillation.weight = -1 | weight must be at least 0",
        "fine-tuning.distillation.teacher-temperature = 0 | teacher-temperature must be positive",
        "alignment.lambda = 1 | unknown key 'crossfade.pixda.alignment.lambda'",
        "first-step = never | must be one of independent, sequential",
        """
        network { kind = deeplab-v2-resnet-caffe, auxiliary-head = true } \
        | network.auxiliary-head must be false
        """,
      })
  void optionsOutOfRangeAreRefusedWithTheirName(String override, String message) {
    assertThatThrownBy(() -> TinyPixDa.options(override))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(message);
  }
}
