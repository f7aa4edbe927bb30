package org.crossfade.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Sampling;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.methodtest.MethodGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaselinesTest {
  private static final String SMALL_NETWORK = "network { layers = [1, 1, 1, 1], width = 4 }\n";

  private static final String MINENT_STREETS = "streets/minent";

  private static final String SMALL_STREAMS =
      SMALL_NETWORK
          + "adversarial { source { width = 72, height = 40 }, target { width = 64, height = 32 }"
          + " }\n"
          + "source.stream { width = 64, height = 32 }\n"
          + "alignment.discriminator-width = 2\n";

  @Test
  void areFoundByTheirNames() {
    assertThat(ServiceLoader.load(AdaptationMethod.Factory.class))
        .extracting(AdaptationMethod.Factory::name)
        .contains(
            "source-only",
            "adaptsegnet",
            "feature-alignment",
            "target-only",
            "fine-tuning",
            "joint-training",
            "minent",
            "fda");
  }

  @Test
  void fdaAndMinEntReadNoLabelOfTheTarget() {
    for (AdaptationMethod method :
        List.of(fda("", ""), fda("streets/fda", ""), minEnt("", ""), minEnt(MINENT_STREETS, ""))) {
      List<Phase> phases = method.phases();
      var adaptation = (TrainingPhase) phases.get(phases.size() - 1);

      assertThat(adaptation.streams())
          .extracting(StreamRequest::labels)
          .containsExactly(StreamRequest.Labels.GROUND_TRUTH, StreamRequest.Labels.NONE);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weights.lambda-seg = -1 | lambda-seg, lambda-ent1 and lambda-ent2 must be at least 0",
        "weights.lambda-ent1 = -1 | lambda-seg, lambda-ent1 and lambda-ent2 must be at least 0",
        "weights.lambda-ent2 = -1 | lambda-seg, lambda-ent1 and lambda-ent2 must be at least 0",
        "adaptation.iterations = 0 | iterations must be at least 1",
        "network.kind = deeplab-v2-vgg16 | network.auxiliary-head'; known are aspp-branches, width",
      })
  void minEntRefusesOptionsOutOfRange(String override, String message) {
    assertThatThrownBy(() -> minEnt("", override))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "adaptation.target.width = 64 | need equal batch, width and height",
        "entropy.weight = -1 | weight must be at least 0",
        "entropy.eta = 0 | eta must be positive",
        "style.share = 0.6 | must lie in 0..0.5",
      })
  void fdaRefusesOptionsOutOfRange(String override, String message) {
    assertThatThrownBy(() -> fda("", override))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "streets/source-only"})
  void sourceOnlyIsOnePhase(String resource) {
    AdaptationMethod method = sourceOnly(resource, "");

    assertThat(method.phases()).extracting(Phase::name).containsExactly("source");
  }

  @Test
  void officialMinEntStartsFromPretrainedWeights() {
    AdaptationMethod method = minEnt("", "");

    assertThat(method.phases()).extracting(Phase::name).containsExactly("adaptation");
    assertThat(method.phases().get(0).initialWeights())
        .containsExactly(Map.entry(TrainingPhase.SEGMENTER, InitialWeights.pretrained()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "adaptsegnet/one-level", "adaptsegnet/spcl-warmup"})
  void officialAdaptSegNetStartsFromPretrainedWeights(String resource) {
    AdaptationMethod method = adaptSegNet(resource, "");

    assertThat(method.phases()).extracting(Phase::name).containsExactly("adversarial");
    assertThat(method.phases().get(0).initialWeights())
        .containsEntry(TrainingPhase.SEGMENTER, InitialWeights.pretrained());
  }

  @ParameterizedTest
  @CsvSource({"'', 2", "adaptsegnet/one-level, 1", "adaptsegnet/spcl-warmup, 1"})
  void adaptSegNetHasADiscriminatorALevel(String resource, int levels) {
    assertThat(adaptSegNet(resource == null ? "" : resource, "").phases().get(0).initialWeights())
        .hasSize(1 + levels);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "streets/feature-alignment"})
  void featureAlignmentTrainsOnTheSourceFirst(String resource) {
    AdaptationMethod method = featureAlignment(resource, "");

    assertThat(method.phases()).extracting(Phase::name).containsExactly("source", "adversarial");
    assertThat(method.phases().get(1).initialWeights())
        .containsEntry(
            TrainingPhase.SEGMENTER, InitialWeights.fromPhase("source", TrainingPhase.SEGMENTER));
  }

  @Test
  void fineTuningAndJointTrainingGoOnFromTheSourcePhase() {
    for (AdaptationMethod method :
        List.of(
            fineTuning("streets/fine-tuning", ""), jointTraining("streets/joint-training", ""))) {
      assertThat(method.phases()).hasSize(2);
      assertThat(method.phases().get(1).initialWeights())
          .containsEntry(
              TrainingPhase.SEGMENTER, InitialWeights.fromPhase("source", TrainingPhase.SEGMENTER));
    }
  }

  @Test
  void jointTrainingDrawsBothDomainsTogetherAsPublishedOrABatchOfEach() {
    assertThat(streams(jointTraining("", "")))
        .containsExactly("source " + Sampling.SHUFFLED_WITH_TARGET);
    assertThat(streams(jointTraining("", "joint.source.sampling = shuffled")))
        .containsExactly("source " + Sampling.SHUFFLED, "target " + Sampling.SHUFFLED);
  }

  private static List<String> streams(AdaptationMethod method) {
    List<Phase> phases = method.phases();
    return ((TrainingPhase) phases.get(phases.size() - 1))
        .streams().stream().map(stream -> stream.name() + " " + stream.sampling()).toList();
  }

  @Test
  void withoutASourcePhaseTheyStartFromPublishedWeights() {
    for (AdaptationMethod method :
        List.of(
            fineTuning("", "source.iterations = 0"), jointTraining("", "source.iterations = 0"))) {
      assertThat(method.phases()).hasSize(1);
      assertThat(method.phases().get(0).initialWeights())
          .containsEntry(TrainingPhase.SEGMENTER, InitialWeights.pretrained());
    }
  }

  /** Without a source it is no adaptation: what it reads is the labelled target alone. */
  @Test
  void targetOnlyReadsNoSource() {
    var training = (TrainingPhase) targetOnly("", "").phases().get(0);

    assertThat(training.streams())
        .singleElement()
        .satisfies(
            stream -> {
              assertThat(stream.domain()).isEqualTo(Domain.TARGET);
              assertThat(stream.labels()).isEqualTo(StreamRequest.Labels.GROUND_TRUTH);
            });
  }

  /** So that a comparison can train it once. */
  @Test
  void smallFormsShareTheirNetworkAndSourcePhase() {
    MinEntOptions entropy = ShippedOptions.read("minent", MINENT_STREETS, "", MinEntOptions.class);
    SourceOnlyOptions source =
        ShippedOptions.read("source-only", "streets/source-only", "", SourceOnlyOptions.class);
    AdaptSegNetOptions output =
        ShippedOptions.read("adaptsegnet", "streets/adaptsegnet", "", AdaptSegNetOptions.class);
    FeatureAlignmentOptions features =
        ShippedOptions.read(
            "feature-alignment", "streets/feature-alignment", "", FeatureAlignmentOptions.class);

    assertThat(List.of(output.source(), features.source(), entropy.source()))
        .containsOnly(source.source());
    assertThat(List.of(output.network(), features.network(), entropy.network()))
        .containsOnly(source.network());
  }

  /** No weight of a phase is left undecided, and each phase takes a step. */
  @ParameterizedTest
  @MethodSource("smallMethods")
  void everyPhaseTrainsAllItsWeights(AdaptationMethod method) {
    for (Phase phase : method.phases()) {
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
        assertThat(step.trained()).isEqualTo(weights);
      }
    }
  }

  private static Stream<Arguments> smallMethods() {
    return Stream.of(
        Arguments.of(sourceOnly("streets/source-only", SMALL_NETWORK)),
        Arguments.of(adaptSegNet("streets/adaptsegnet", SMALL_STREAMS)),
        Arguments.of(
            adaptSegNet(
                "",
                SMALL_STREAMS
                    + "source.iterations = 1, adversarial.segmenter.repeat-trunk-updates = true")),
        Arguments.of(targetOnly("streets/target-only", SMALL_NETWORK)),
        Arguments.of(fineTuning("streets/fine-tuning", SMALL_NETWORK)),
        Arguments.of(jointTraining("streets/joint-training", SMALL_NETWORK)),
        Arguments.of(
            jointTraining(
                "streets/joint-training",
                SMALL_NETWORK + "joint.source.sampling = shuffled-with-target")),
        Arguments.of(fda("streets/fda", SMALL_NETWORK)),
        Arguments.of(minEnt(MINENT_STREETS, SMALL_NETWORK)),
        Arguments.of(
            minEnt(
                "",
                SMALL_NETWORK
                    + "source { iterations = 1, stream { width = 64, height = 32 } }\n"
                    + "adaptation { source { width = 72, height = 40 }\n"
                    + "target { width = 64, height = 32 } }")),
        Arguments.of(featureAlignment("streets/feature-alignment", SMALL_STREAMS)),
        Arguments.of(
            featureAlignment(
                "streets/feature-alignment",
                SMALL_STREAMS
                    + "network.width = 8, source.iterations = 0\n"
                    + "alignment { discriminator = convolutional, gan = least-squares }\n"
                    + "adversarial { processes = 1, source { batch = 1, width = 256, height = 256"
                    + " }\n"
                    + "target { batch = 1, width = 256, height = 256 } }")));
  }

  @Test
  void convolutionalDiscriminatorOnSmallFeaturesIsRefused() {
    AdaptationMethod method =
        featureAlignment(
            "streets/feature-alignment", SMALL_STREAMS + "alignment.discriminator = convolutional");
    var training = (TrainingPhase) method.phases().get(1);

    try (var graph = new MethodGraph(training.streams())) {
      assertThatThrownBy(() -> training.steps().apply(graph.context()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("needs at least 32x32 cells");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alignment.source-temperature = 0 | temperatures must be positive",
        "alignment.lambda-seg = -1 | lambda-seg",
        "alignment.gan = wasserstein | must be one of vanilla, least-squares",
        "alignment.discriminator-width = 0 | discriminator-width must be at least 1",
        "source.iterations = -1 | iterations must be at least 0",
        "network.kind = deeplab-v2-vgg16 | network.auxiliary-head'; known are aspp-branches, width",
      })
  void adaptSegNetRefusesOptionsOutOfRange(String override, String message) {
    assertThatThrownBy(() -> adaptSegNet("", override))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alignment.temperature = 0 | temperature must be positive",
        "alignment.lambda-adv = -1 | lambda-adv must be at least 0",
        "alignment.discriminator = patch | must be one of pixel, convolutional",
        "alignment.discriminator-width = 3 | discriminator-width must be even",
        """
        network { kind = deeplab-v2-resnet-caffe, auxiliary-head = true } \
        | network.auxiliary-head must be false
        """,
      })
  void featureAlignmentRefusesOptionsOutOfRange(String override, String message) {
    assertThatThrownBy(() -> featureAlignment("", override))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(message);
  }

  @Test
  void sourceOnlyNeedsIterations() {
    assertThatThrownBy(() -> sourceOnly("", "source.iterations = 0"))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("source.iterations must be at least 1, found 0");
  }

  @Test
  void trunkUpdatesOfANetworkWithoutATrunkOfBlocksAreNotRepeated() {
    AdaptationMethod method =
        adaptSegNet(
            "streets/adaptsegnet",
            SMALL_STREAMS
                + "network = null, network { kind = deeplab-v2-vgg16, width = 4, aspp-branches = 4"
                + " }\n"
                + "source.iterations = 0\n"
                + "adversarial.segmenter { kind = sgd, repeat-trunk-updates = true }");
    var training = (TrainingPhase) method.phases().get(0);

    try (var graph = new MethodGraph(training.streams())) {
      assertThatThrownBy(() -> training.steps().apply(graph.context()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("repeat-trunk-updates must be false");
    }
  }

  private static AdaptationMethod sourceOnly(String resource, String overrides) {
    return new SourceOnly(
        ShippedOptions.read("source-only", resource, overrides, SourceOnlyOptions.class), 13);
  }

  private static AdaptationMethod targetOnly(String resource, String overrides) {
    return new TargetOnly(
        ShippedOptions.read("target-only", resource, overrides, TargetOnlyOptions.class), 13);
  }

  private static AdaptationMethod fineTuning(String resource, String overrides) {
    return new FineTuning(
        ShippedOptions.read("fine-tuning", resource, overrides, FineTuningOptions.class), 13);
  }

  private static AdaptationMethod fda(String resource, String overrides) {
    return new Fda(ShippedOptions.read("fda", resource, overrides, FdaOptions.class), 13);
  }

  private static AdaptationMethod minEnt(String resource, String overrides) {
    return new MinEnt(ShippedOptions.read("minent", resource, overrides, MinEntOptions.class), 13);
  }

  private static AdaptationMethod jointTraining(String resource, String overrides) {
    return new Joint(
        ShippedOptions.read("joint-training", resource, overrides, JointOptions.class), 13);
  }

  private static AdaptationMethod adaptSegNet(String resource, String overrides) {
    return new AdaptSegNet(
        ShippedOptions.read("adaptsegnet", resource, overrides, AdaptSegNetOptions.class), 13);
  }

  private static AdaptationMethod featureAlignment(String resource, String overrides) {
    return new FeatureAlignment(
        ShippedOptions.read(
            "feature-alignment", resource, overrides, FeatureAlignmentOptions.class),
        13);
  }
}
