package org.crossfade.spcl;

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
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.methodtest.MethodGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpclTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"spcl/synthia", "spcl/synscapes", "spcl/vgg", "spcl/paper", "streets/spcl"})
  void everyShippedFileMakesAMethod(String resource) {
    for (int classes : new int[] {19, 16, 13}) {
      var method = new Spcl(TinySpcl.shipped(resource), classes);

      assertThat(method.phases())
          .extracting(Phase::name)
          .contains("warm-up", "prototypes", "contrast", "self-supervision");
      assertThat(method.segmenter().classes()).isEqualTo(classes);
    }
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(AdaptationMethod.Factory.class))
        .extracting(AdaptationMethod.Factory::name)
        .contains("spcl");
  }

  /** The numbers of the schedule that made the published tables. */
  @Test
  void defaultsAreThePublishedSchedule() {
    List<Phase> phases = new Spcl(TinySpcl.shipped("spcl/synscapes"), 19).phases();

    assertThat(phases)
        .extracting(Phase::name)
        .containsExactly(
            "warm-up",
            "prototypes",
            "warm-up-thresholds",
            "warm-up-labels",
            "contrast",
            "contrast-thresholds",
            "contrast-labels",
            "self-supervision");
    assertThat(phases)
        .filteredOn(TrainingPhase.class::isInstance)
        .extracting(phase -> ((TrainingPhase) phase).iterations())
        .containsExactly(40000L, 40000L, 20000L);
    var contrast = (TrainingPhase) phases.get(4);
    assertThat(contrast.streams()).extracting(StreamRequest::batch).containsExactly(4, 4);
    assertThat(contrast.streams().get(1).labels())
        .isEqualTo(StreamRequest.Labels.of("warm-up-labels"));
    assertThat(contrast.initialWeights())
        .containsEntry("prototypes", InitialWeights.fromArtefact("prototypes", "prototypes"));
    assertThat(phases.get(7).initialWeights())
        .containsEntry(
            TrainingPhase.SEGMENTER, InitialWeights.fromPhase("contrast", TrainingPhase.SEGMENTER));
  }

  /** The rows of table 4. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "contrast.enabled = false, self-supervision.enabled = false | source warm-up",
        "contrast.enabled = false"
            + " | source warm-up warm-up-thresholds warm-up-labels self-supervision",
        "contrast.target-term = false, self-supervision.enabled = false"
            + " | source warm-up prototypes contrast",
        "self-supervision.enabled = false"
            + " | source warm-up prototypes warm-up-thresholds warm-up-labels contrast",
        "contrast.target-masks = online, self-supervision.enabled = false"
            + " | source warm-up prototypes contrast",
      })
  void ablationsLeaveOutWhatTheyDoNotUse(String overrides, String phases) {
    var method = new Spcl(TinySpcl.options(overrides), 19);

    assertThat(method.phases()).extracting(Phase::name).containsExactly(phases.strip().split(" "));
  }

  @Test
  void withoutTheTargetTermNoTargetImageIsDrawn() {
    var options = TinySpcl.options("contrast.target-term = false");
    var contrast = (TrainingPhase) phase(new Spcl(options, 19), "contrast");

    assertThat(contrast.streams()).extracting(StreamRequest::name).containsExactly("source");
  }

  /** The code of this paper starts from ImageNet's weights; there is no supervised phase. */
  @Test
  void withoutASourcePhaseTheWarmUpStartsFromPretrainedWeights() {
    List<Phase> phases = new Spcl(TinySpcl.options("source.iterations = 0"), 19).phases();

    assertThat(phases.get(0).name()).isEqualTo("warm-up");
    assertThat(phases.get(0).initialWeights())
        .containsEntry(TrainingPhase.SEGMENTER, InitialWeights.pretrained());
  }

  /** No weight of a phase is left undecided, and each phase takes a step. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "contrast.target-masks = offline",
        "contrast.target-masks = online, contrast.source-cells = labelled",
        "contrast.target-term = false",
        "contrast { source-term = false, training.processes = 2, normalise-prototypes = true }",
        "network = null, network { kind = deeplab-v2-vgg16, width = 4, aspp-branches = 4 }",
      })
  void everyPhaseTrainsAllItsWeights(String overrides) {
    for (Phase phase : new Spcl(TinySpcl.options(overrides), 13).phases()) {
      if (phase instanceof TrainingPhase training) {
        try (var graph = new MethodGraph(training.streams())) {
          var steps = training.steps().apply(graph.context());
          assertThat(steps).hasSize(1);
          var step = graph.compile(steps.get(0));
          graph.initialize();

          for (float loss : graph.run(step, 0)) {
            assertThat(loss).as(phase.name()).isFinite();
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
        "prototypes.alpha = 1.5 | alpha must lie in 0..1",
        "prototypes.absent-classes = forget | must be one of decay, keep",
        "prototypes.average = median | must be one of images-with-class, all-images",
        "prototypes.input.width = 0 | at least 1x1",
        "pseudo-labels.confidence.cap = 0 | cap must lie in 0..1",
        "pseudo-labels.confidence.quantile = 2 | quantile must lie in 0..1",
        "pseudo-labels.confidence.rank = exact | must be one of nearest, interpolated",
        "contrast.divisor = 0 | divisor must be positive",
        "contrast.lambda = -1 | lambda must be at least 0",
        "contrast.segmentation-temperature = 0 | segmentation-temperature must be positive",
        "contrast.training.processes = 3 | processes must divide the batch of 2 images",
        "contrast.training.iterations = 0 | iterations must be at least 1",
        "contrast.target-masks = guessed | must be one of offline, online",
        "contrast.source-cells = some | must be one of correct, labelled",
        "contrast { source-term = false, target-term = false }"
            + " | enabled = false leaves the phase out",
        "self-supervision.training.iterations = 0 | enabled = false leaves the phase out",
        "alignment.lambda-adv = -1 | lambda-adv must be at least 0",
        "alignment.lambda-seg = 1 | unknown key 'crossfade.spcl.alignment.lambda-seg'",
        """
        network { kind = deeplab-v2-resnet-caffe, auxiliary-head = true } \
        | network.auxiliary-head must be false
        """,
      })
  void optionsOutOfRangeAreRefusedWithTheirName(String override, String message) {
    assertThatThrownBy(() -> TinySpcl.options(override))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(message.strip());
  }

  private static Phase phase(AdaptationMethod method, String name) {
    return method.phases().stream()
        .filter(phase -> phase.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
