package org.crossfade.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.recipes.selftraining.SelfTraining;
import org.crossfade.recipes.selftraining.SelfTrainingStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TUint8;

class SelfTrainedTest {
  private static final String TINY =
      """
      source.iterations = 0
      network { layers = [1, 1, 1, 1], width = 4, decoder.channels = 8 }
      training.labelled { fit { width = 64, height = 64 }, crop { width = 64, height = 64 } }
      training.unlabelled { fit { width = 64, height = 64 }, crop { width = 64, height = 64 } }
      """;

  private static SelfTrainedOptions read(String method, String resource, String overrides) {
    return ShippedOptions.read(method, resource, overrides, SelfTrainedOptions.class);
  }

  private static TrainingPhase tiny(String overrides) {
    var options = read("daformer", "streets/daformer", TINY + overrides);
    return (TrainingPhase) new SelfTrained(options, LabelSpace.of(13)).phases().get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "daformer,''",
    "daformer,daformer/synthia",
    "daformer,daformer/semi-supervised",
    "hrda,''",
    "hrda,hrda/synthia",
    "hrda,hrda/semi-supervised"
  })
  void publishedFormsAreOnePhaseFromPretrainedWeights(String method, String resource) {
    List<Phase> phases = new SelfTrained(read(method, resource, ""), LabelSpace.of(19)).phases();

    assertThat(phases).extracting(Phase::name).containsExactly("self-training");
    assertThat(phases.get(0).initialWeights())
        .containsEntry(TrainingPhase.SEGMENTER, InitialWeights.pretrained())
        .containsEntry(SelfTraining.REFERENCE, InitialWeights.pretrained());
  }

  @Test
  void theReferenceLooksAtTheThingsOfTheTask() {
    SelfTraining training = read("daformer", "", "").training();

    assertThat(training.on(LabelSpace.of(19)).reference().classes())
        .as("DAFormer's")
        .contains(List.of(6, 7, 11, 12, 13, 14, 15, 16, 17, 18));
    assertThat(training.on(LabelSpace.of(13)).reference().classes())
        .as("the same but for truck and train, which it lacks, by its own ids")
        .contains(List.of(3, 4, 7, 8, 9, 10, 11, 12));
    List<Phase> without =
        new SelfTrained(read("daformer", "", ""), LabelSpace.ofNames("road", "other")).phases();
    assertThat(without.get(0).initialWeights()).doesNotContainKey(SelfTraining.REFERENCE);
  }

  @Test
  void theReferencesOwnClassesMustBeTheTasks() {
    var options = read("daformer", "", "training.reference.classes = [2, 13]");
    assertThat(options.training().on(LabelSpace.of(19)).reference().classes())
        .contains(List.of(2, 13));
    assertThatThrownBy(() -> new SelfTrained(options, LabelSpace.of(13)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("training.reference.classes", "13 classes", "[2, 13]");
  }

  @ParameterizedTest
  @CsvSource({"daformer", "hrda"})
  void smallFormsStartFromASourcePhase(String method) {
    assertThat(new SelfTrained(read(method, "streets/" + method, ""), LabelSpace.of(19)).phases())
        .extracting(Phase::name)
        .containsExactly("source", "self-training");
  }

  /** 0 iterations are the one way to leave the source phase out. */
  @Test
  void aSourceOfNullIsRefused() {
    assertThatThrownBy(() -> read("daformer", "", "source = null"))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("crossfade.daformer.source");
  }

  @Test
  void areFoundByTheirNames() {
    assertThat(ServiceLoader.load(AdaptationMethod.Factory.class))
        .extracting(AdaptationMethod.Factory::name)
        .contains("daformer", "hrda");
  }

  @Test
  void cropsThatAreMixedHaveOneSize() {
    assertThatThrownBy(
            () -> read("daformer", "", "training.unlabelled.crop { width = 64, height = 64 }"))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("crop");
  }

  @Test
  void weightsOfResolutionsNeedResolutions() {
    assertThatThrownBy(
            () ->
                read("daformer", "", "training.resolutions { fused = 1, detail = 0, context = 0 }"))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("a network of two resolutions");
  }

  @Test
  void targetLabelsAreNeverRead() {
    StreamRequest unlabelled = tiny("").streams().get(1);

    assertThat(unlabelled.labels().groundTruth()).isFalse();
    assertThat(unlabelled.labels().trusted()).isPresent();
  }

  /** Grey images: sixteen of them have one colour without distortion, and several with it. */
  @Test
  void distortionChangesLabelledImagesAlone() {
    assertThat(levels("")).containsExactly(1, 1);
    int[] distorted =
        levels(
            "training.labelled.distortion"
                + " { brightness = 32, contrast = 0.5, saturation = 0.5, hue = 18 }\n");
    assertThat(distorted[0]).isGreaterThan(4);
    assertThat(distorted[1]).isEqualTo(1);
  }

  /** How many values the first channel has in labelled and in unlabelled images. */
  private static int[] levels(String overrides) {
    String batches = "training { labelled.batch = 16, unlabelled.batch = 16 }\n";
    var options = read("daformer", "streets/daformer", TINY + batches + overrides);
    var method = new SelfTrained(options, LabelSpace.of(13));
    List<StreamRequest> streams = ((TrainingPhase) method.phases().get(0)).streams();
    try (var graph = new MethodGraph(streams)) {
      for (StreamRequest stream : streams) {
        byte[] grey = new byte[16 * 64 * 64 * 3];
        Arrays.fill(grey, (byte) 100);
        graph.feed(
            graph.context().images(stream.name()),
            TUint8.tensorOf(Shape.of(16, 64, 64, 3), DataBuffers.of(grey)));
      }
      var images =
          SelfTrainingStep.Images.of(graph.context(), options.training(), method.segmenter());
      return new int[] {
        reds(graph.value(images.labelled())), reds(graph.value(images.unlabelled().orElseThrow()))
      };
    }
  }

  private static int reds(float[] images) {
    Set<Float> values = new HashSet<>();
    for (int i = 0; i < images.length; i += 3) {
      values.add(images[i]);
    }
    return values.size();
  }

  @Test
  void theFirstIterationCopiesTheStudentAndLaterOnesFollowIt() {
    TrainingPhase phase = tiny("");
    try (var graph = MethodGraph.withoutRewrites(phase.streams())) {
      CompiledStep step = graph.compile(phase.steps().apply(graph.context()).get(0));
      graph.initialize();
      String name = "backbone.norm4.bias";
      float[] start = value(graph, "segmenter." + name);
      graph.run(step, 0);
      assertThat(value(graph, "teacher." + name)).isEqualTo(start);
      float[] first = value(graph, "segmenter." + name);
      graph.run(step, 1);

      float[] second = value(graph, "teacher." + name);
      for (int i = 0; i < second.length; i++) {
        assertThat(second[i]).isEqualTo(0.5f * start[i] + 0.5f * first[i]);
      }
    }
  }

  private static float[] value(MethodGraph graph, String name) {
    return graph.variables(name::equals).get(name);
  }

  @Test
  void onlyTheStudentIsTrained() {
    TrainingPhase phase = tiny("");
    try (var graph = MethodGraph.withoutRewrites(phase.streams())) {
      CompiledStep step = graph.compile(phase.steps().apply(graph.context()).get(0));
      Map<Boolean, List<String>> byRole =
          step.trained().stream()
              .collect(Collectors.partitioningBy(n -> n.startsWith("segmenter.")));

      assertThat(byRole.get(false)).isEmpty();
      assertThat(byRole.get(true)).isNotEmpty();
      assertThat(graph.store().snapshots(ParameterSpec.Kind.WEIGHT).names())
          .containsExactlyInAnyOrderElementsOf(step.trained());
    }
  }
}
