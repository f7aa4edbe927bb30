package org.crossfade.fada;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.DatasetPass;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.methodtest.MethodGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FadaTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fada/synthia",
        "fada/cross-city",
        "fada/vgg",
        "fada/multi-scale",
        "fada/paper",
        "streets/fada"
      })
  void everyShippedFileMakesAMethod(String resource) {
    for (int classes : new int[] {19, 16, 13}) {
      var method = new Fada(TinyFada.shipped(resource), classes);

      assertThat(method.phases())
          .extracting(Phase::name)
          .containsExactly("source", "adversarial", "pseudo-labels", "self-distillation");
      assertThat(method.segmenter().classes()).isEqualTo(classes);
    }
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(AdaptationMethod.Factory.class))
        .extracting(AdaptationMethod.Factory::name)
        .contains("fada");
  }

  /** The numbers of the schedule that made the published tables. */
  @Test
  void defaultsAreThePublishedSchedule() {
    var method = new Fada(TinyFada.shipped("fada/multi-scale"), 19);
    List<Phase> phases = method.phases();
    var source = (TrainingPhase) phases.get(0);
    var adversarial = (TrainingPhase) phases.get(1);
    var student = (TrainingPhase) phases.get(3);

    assertThat(List.of(source.iterations(), adversarial.iterations(), student.iterations()))
        .containsExactly(20000L, 40000L, 20000L);
    assertThat(source.streams().get(0).size()).hasToString("1280x720");
    assertThat(adversarial.streams()).extracting(StreamRequest::batch).containsExactly(4, 4);
    assertThat(student.initialWeights())
        .containsEntry(TrainingPhase.SEGMENTER, InitialWeights.pretrained());
    assertThat(method.inference().width()).isEqualTo(2048);
    assertThat(method.inference().scales()).containsExactly(0.7, 1.0, 1.3);
    assertThat(method.inference().flip()).isTrue();
  }

  @Test
  void studentLearnsTheLabelsOfTheAlignedNetwork() {
    List<Phase> phases = new Fada(TinyFada.options(""), 19).phases();

    assertThat(phases.get(2)).isInstanceOf(DatasetPass.class);
    assertThat(phases.get(2).initialWeights())
        .containsEntry(
            TrainingPhase.SEGMENTER,
            InitialWeights.fromPhase("adversarial", TrainingPhase.SEGMENTER));
    StreamRequest stream = ((TrainingPhase) phases.get(3)).streams().get(0);
    assertThat(stream.domain()).isEqualTo(Domain.TARGET);
    assertThat(stream.labels()).isEqualTo(StreamRequest.Labels.of("pseudo-labels"));
  }

  @Test
  void withoutSelfDistillationTheAlignedNetworkIsUsed() {
    var method =
        new Fada(
            TinyFada.options("self-distillation.enabled = false, adversarial.test.scales = [1, 2]"),
            19);

    assertThat(method.phases()).extracting(Phase::name).containsExactly("source", "adversarial");
    assertThat(method.inference().scales()).containsExactly(1.0, 2.0);
  }

  @Test
  void withoutASourcePhaseTheAdversarialOneStartsFromPretrainedWeights() {
    List<Phase> phases = new Fada(TinyFada.options("source.iterations = 0"), 19).phases();

    assertThat(phases.get(0).name()).isEqualTo("adversarial");
    assertThat(phases.get(0).initialWeights())
        .containsEntry(TrainingPhase.SEGMENTER, InitialWeights.pretrained());
  }

  @ParameterizedTest
  @CsvSource({
    "PRETRAINED, ",
    "SOURCE, source",
    "ADVERSARIAL, adversarial",
  })
  void studentStartsWhereItIsTold(FadaOptions.Start start, String phase) {
    String key = start.name().toLowerCase(Locale.ROOT);
    List<Phase> phases =
        new Fada(TinyFada.options("self-distillation.start = " + key), 19).phases();

    assertThat(phases.get(3).initialWeights())
        .containsEntry(
            TrainingPhase.SEGMENTER,
            phase == null
                ? InitialWeights.pretrained()
                : InitialWeights.fromPhase(phase, TrainingPhase.SEGMENTER));
  }

  /** No weight of a phase is left undecided, and each phase takes a step. */
  @ParameterizedTest
  @ValueSource(strings = {"soft", "hard", "binary"})
  void everyPhaseTrainsAllItsWeights(String encoding) {
    var options =
        TinyFada.options(
            "alignment.encoding = " + encoding + ", adversarial.source.jitter.hue = 0.1");
    for (Phase phase : new Fada(options, 13).phases()) {
      if (phase instanceof TrainingPhase training) {
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
          assertThat(step.trained()).isEqualTo(weights);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alignment.clip = 0 | clip must lie in 0..1",
        "alignment.confidence = 2 | confidence must lie in 0..1",
        "alignment.temperature = 0 | temperature",
        "alignment.lambda-adv = -1 | lambda-adv",
        "alignment.discriminator-width = 3 | discriminator-width must be even",
        "alignment.encoding = sharp | must be one of soft, hard, binary",
        "alignment.reduction = median | must be one of mean, sum",
        "adversarial.iterations = 0 | iterations must be at least 1",
        "adversarial.processes = 3 | processes must divide the batch of 2 images",
        "source.processes = 3 | processes must divide the batch of 4 images",
        "source.stream.flip = 1.5 | probability of a flip must lie in 0..1",
        "source.stream.sampling = sequential | sampling must be shuffled, shuffled-with-target",
        "source.stream.jitter.hue = 0.6 | hue of a jitter must lie in 0..0.5",
        "source.segmenter.rate = 0 | rate and head-factor must be positive",
        "source.segmenter.momentum = 1 | momentum must lie in 0..1",
        "source.decay.horizon = 0 | horizon must be at least 1",
        "self-distillation.training.iterations = 0 | enabled = false leaves the phase out",
        "self-distillation.start = scratch | must be one of pretrained, source, adversarial",
        "self-distillation.pseudo-labels.width = 0 | at least 1x1",
        "alignment.lambda = 1 | unknown key 'crossfade.fada.alignment.lambda'",
        """
        network { kind = deeplab-v2-resnet-caffe, auxiliary-head = true } \
        | network.auxiliary-head must be false
        """,
      })
  void optionsOutOfRangeAreRefusedWithTheirName(String override, String message) {
    assertThatThrownBy(() -> TinyFada.options(override))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(message);
  }
}
