package org.crossfade.metapix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.ArtefactWriter;
import org.crossfade.core.method.DatasetPass;
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
import org.tensorflow.Tensor;

class MetaPixTest {
  private static final String META = "meta-1, weights-1, weighted-1";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metapix/target-only | joint",
        "metapix/direct-joint | joint",
        "metapix/fine-tuning | source, joint",
        "metapix/finetune-45k | joint, further-1, further-2, further-3",
        "metapix/constant-weight | joint",
        "metapix/image-weight | joint, G",
        "metapix/class-weight | joint, G",
        "metapix/focal | joint",
        "metapix/minent | joint",
        "metapix/fda | joint",
        "metapix/clean | joint, G",
        "metapix/paper | joint, G",
        "metapix/synthia | joint, G",
        "metapix/best-on-validation | joint, G",
        "streets/metapix | joint, " + META,
      })
  void everyShippedFileMakesAMethod(String resource, String phases) {
    String generations =
        String.join(", ", META, META.replace("-1", "-2"), META.replace("-1", "-3"));
    for (int classes : new int[] {19, 16, 13}) {
      var method = new MetaPix(TinyMetaPix.shipped(resource), classes);

      assertThat(method.phases())
          .extracting(Phase::name)
          .containsExactly(phases.replace("G", generations).split(", "));
      assertThat(method.segmenter().classes()).isEqualTo(classes);
    }
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(AdaptationMethod.Factory.class))
        .extracting(AdaptationMethod.Factory::name)
        .contains("metapix");
  }

  /** The numbers of the schedule that made the published tables. */
  @Test
  void defaultsAreThePublishedSchedule() {
    MetaPixOptions options = TinyMetaPix.shipped("metapix/synthia");
    List<Phase> phases = new MetaPix(options, 19).phases();

    assertThat(phases.stream().mapToLong(MetaPixTest::iterations).boxed())
        .containsExactly(150000L, 10000L, 0L, 15000L, 10000L, 0L, 15000L, 10000L, 0L, 15000L);
    assertThat(options.meta().alpha()).isEqualTo(1e-4);
    assertThat(options.meta().adam().rate()).isEqualTo(1e-4);
    assertThat(options.meta().source()).isEqualTo(options.joint().source());
    assertThat(options.weighted().adam().rate()).isEqualTo(5e-5);
    assertThat(options.weighted().adam().biasFactor()).isEqualTo(2);
    assertThat(options.weighted().target().flip()).isEqualTo(0.5);
    assertThat(options.weighted().source().flip()).isZero();
  }

  private static long iterations(Phase phase) {
    return phase instanceof TrainingPhase training ? training.iterations() : 0;
  }

  @ParameterizedTest
  @CsvSource({"true, ", "false, meta-1"})
  void weightsStartAnewOrGoOn(boolean reset, String phase) {
    List<Phase> phases =
        new MetaPix(TinyMetaPix.options("generations = 2, meta.reset = " + reset), 19).phases();

    assertThat(phases.get(4).name()).isEqualTo("meta-2");
    assertThat(phases.get(4).initialWeights())
        .containsEntry(
            TrainingPhase.SEGMENTER,
            InitialWeights.fromPhase("weighted-1", TrainingPhase.SEGMENTER))
        .containsEntry(
            PairStep.WEIGHTING,
            phase == null
                ? InitialWeights.fresh()
                : InitialWeights.fromPhase(phase, PairStep.WEIGHTING));
    assertThat(phases.get(6).initialWeights())
        .containsEntry(PairStep.WEIGHTING, InitialWeights.fromPhase("meta-2", PairStep.WEIGHTING));
  }

  /** The segmenter stands still where weights are learned: no score may choose among them. */
  @Test
  void onlyPhasesThatMoveTheSegmenterAreScoredOnTheWay() {
    for (Phase phase : new MetaPix(TinyMetaPix.options(""), 19).phases()) {
      if (phase instanceof TrainingPhase training) {
        assertThat(training.movesSegmenter())
            .as(phase.name())
            .isEqualTo(!phase.name().startsWith(MetaPix.META));
      }
    }
  }

  @Test
  void bothDomainsCarryTheirLabels() {
    for (Phase phase : new MetaPix(TinyMetaPix.options(""), 19).phases()) {
      if (phase instanceof TrainingPhase training) {
        assertThat(training.streams())
            .extracting(StreamRequest::labels)
            .containsExactly(StreamRequest.Labels.GROUND_TRUTH, StreamRequest.Labels.GROUND_TRUTH);
      }
    }
  }

  /** No weight of a phase is left undecided, and each phase takes a step. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "meta.gradient = second-order, meta { rectified-scores = false, element-dropout = false }",
        "network.separate-blocks = 0",
        "network.separate-blocks = 4",
        "network.separate-blocks = 5, weighted.source-loss = labelled-mean",
        "weighting.kind = pixel-and-class, meta.target-loss = all-pixels",
        "weighting.kind = image, joint { source { height = 64 }, target { height = 64 } }",
        "joint.source-loss = none, generations = 0",
        "source.iterations = 1, joint.source-loss = none, generations = 0",
        "joint { source-loss = all-pixels, source-factor = 0.2 }, generations = 0",
        "joint.segmentation { kind = focal, alpha = 0.25, gamma = 2 }, generations = 0",
        "joint { entropy { kind = minent, weight = 1, eta = 1 } }, generations = 0",
        """
        joint { entropy { kind = robust, weight = 1, eta = 2 }, source.width = 48, \
        style { share = 0.1, window = symmetric } }, generations = 0
        """,
      })
  void everyPhaseTrainsOrFreezesAllItsWeights(String overrides) {
    for (Phase phase : new MetaPix(TinyMetaPix.options(overrides), 13).phases()) {
      if (phase instanceof TrainingPhase training) {
        try (var graph = new MethodGraph(training.streams())) {
          var steps = training.steps().apply(graph.context());
          assertThat(steps).hasSize(1);
          var step = graph.compile(steps.get(0));
          graph.initialize();
          Map<String, float[]> before = graph.variables(name -> true);

          for (float loss : graph.run(step, 0)) {
            assertThat(loss).isFinite();
          }
          Set<String> decided = new HashSet<>(step.trained());
          for (String name : graph.store().snapshots(ParameterSpec.Kind.WEIGHT).names()) {
            if (training.frozen().test(name)) {
              assertThat(decided.add(name)).as(name).isTrue();
            }
          }
          assertThat(decided)
              .isEqualTo(new HashSet<>(graph.store().snapshots(ParameterSpec.Kind.WEIGHT).names()));
          Map<String, float[]> after = graph.variables(name -> true);
          before.keySet().removeIf(name -> !training.frozen().test(name));
          before.forEach((name, value) -> assertThat(after.get(name)).as(name).isEqualTo(value));
        }
      }
    }
  }

  @Test
  void weightsAreDrawnInBlackAndWhite() throws IOException {
    var pass = (DatasetPass) new MetaPix(TinyMetaPix.options(""), 13).phases().get(2);
    var pictures = new HashMap<String, Image>();
    var writer =
        new ArtefactWriter() {
          @Override
          public void labelMap(String id, LabelMap labels) {
            throw new AssertionError("weights are pictures");
          }

          @Override
          public void array(String name, float[] values, long... shape) {
            throw new AssertionError("weights are pictures");
          }

          @Override
          public void picture(String name, Image picture) {
            pictures.put(name, picture);
          }
        };
    try (var graph = new MethodGraph(List.of(pass.input()))) {
      DatasetPass.PassGraph built = pass.graph().apply(graph.context());
      graph.initialize();
      DatasetPass.PassSink sink = built.sink().apply(writer);
      Map<String, Tensor> outputs = graph.tensors(built.outputs());
      sink.accept("scene", outputs);
      sink.finish();
      outputs.values().forEach(Tensor::close);
    }

    assertThat(pass.samples()).hasValue(4);
    assertThat(pictures.keySet())
        .containsExactlyInAnyOrder("scene-image", "scene-weights", "scene-contrast");
    // Nothing is learned yet: e/(1 + e) of 255.
    int level = pictures.get("scene-weights").rgb()[0] & 0xFF;
    assertThat(level).isBetween(180, 192);
    assertThat(WeightMapPass.grey(new float[] {0.2f, 0.6f, 0.3f}, 1, 3, 0.2f, 0.6f).rgb())
        .containsExactly(0, 0, 0, -1, -1, -1, 64, 64, 64);
    assertThat(Arrays.equals(WeightMapPass.grey(new float[] {1, 1}, 1, 2, 1, 1).rgb(), new byte[6]))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "generations = -1 | generations and weight-maps must be at least 0",
        "joint.iterations = 0, generations = 0 | nothing would be trained",
        "joint.source-loss = weighted | belongs to section weighted",
        "weighted.iterations = 0 | weighted.iterations must be at least 1",
        "network.separate-blocks = 5 | must be below 5",
        "network.separate-blocks = 6 | separate-blocks must lie in 0..5",
        "network.fc6-padding = 1 | fc6-kernel must be at least 1",
        "joint.iterations = -1 | iterations must be at least 0",
        "joint { segmentation.kind = focal, source-loss = all-pixels } | mean over labelled pixels",
        "joint { segmentation.kind = focal, target-loss = all-pixels } | mean over labelled pixels",
        "joint.source-factor = -1 | source-factor must be at least 0",
        "joint { source-loss = none, target-loss = none } | both none",
        "joint { target-loss = none, entropy { kind = minent, weight = 1, eta = 1 } } | entropy is",
        "joint.entropy { kind = minent, weight = -1, eta = 1 } | weight must be at least 0",
        "joint.style { share = 0.1, window = symmetric } | source and target need equal",
        "joint { source-loss = none, style { share = 0.1, window = corners } } | may be none",
        "joint.style { share = 0.5, window = symmetric } | must lie in 0..0.5",
        "joint.adam.rate = 0 | rate and bias-factor must be positive",
        "joint.adam.beta1 = 1 | beta1 and beta2 must lie in 0..1",
        "joint.adam.weight-decay = -1 | weight-decay must be at least 0",
        "meta.iterations = 0 | iterations must be at least 1",
        "meta.alpha = 0 | alpha must be positive",
        "meta.target-loss = none | target-loss must not be none",
        "meta.gradient = third-order | must be one of second-order, directional",
        "weighting.kind = region | must be one of pixel, pixel-and-class, image",
        "weighting.width = 0 | width must be at least 1",
        "meta.beta = 1 | unknown key 'crossfade.metapix.meta.beta'",
      })
  void optionsOutOfRangeAreRefusedWithTheirName(String override, String message) {
    assertThatThrownBy(() -> TinyMetaPix.options(override))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(message);
  }
}
