package org.crossfade.pixl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.io.File;
import java.util.List;
import java.util.ServiceLoader;
import org.crossfade.backbones.hrda.HrdaOptions;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.core.options.OptionReader;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.recipes.InputSize;
import org.crossfade.recipes.augmentation.PhotometricDistortion;
import org.crossfade.recipes.selftraining.SelfTraining;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PixlTest {
  private static final String TINY =
      """
      source.iterations = 0
      network.inner { layers = [1, 1, 1, 1], width = 4, decoder.channels = 8 }
      network.window { width = 64, height = 32, stride-x = 32, stride-y = 16 }
      network.attention-channels = 8
      training.labelled { fit { width = 64, height = 64 }, crop { width = 64, height = 64 } }
      training.unlabelled { fit { width = 64, height = 64 }, crop { width = 64, height = 64 } }
      """;

  private static PixlOptions read(Config config) {
    Config all = config.withFallback(ConfigFactory.defaultReferenceUnresolved()).resolve();
    return OptionReader.readOne(all, "crossfade.pixl", PixlOptions.class);
  }

  private static Config resource(String name) {
    return ConfigFactory.parseResources(
        PixlTest.class.getClassLoader(),
        "crossfade/" + name + ".conf",
        ConfigParseOptions.defaults().setAllowMissing(false));
  }

  private static PixlOptions tiny(String overrides) {
    return read(
        ConfigFactory.parseString(overrides)
            .withFallback(ConfigFactory.parseString(TINY))
            .atPath("crossfade.pixl")
            .withFallback(resource("streets/pixl")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pixl/synthia",
        "pixl/semi-supervised",
        "pixl/supervised",
        "pixl/baseline",
        "pixl/dpa",
        "pixl/equation-16",
        "pixl/low-resolution",
        "pixl/deeplab-v3-plus"
      })
  void everyShippedFileMakesAMethod(String resource) {
    var method = new Pixl(read(resource(resource)), LabelSpace.of(19));

    assertThat(method.phases()).extracting(Phase::name).containsExactly("pixel-learning");
    assertThat(method.phases().get(0).initialWeights())
        .containsEntry(TrainingPhase.SEGMENTER, InitialWeights.pretrained())
        .containsEntry(SelfTraining.REFERENCE, InitialWeights.pretrained());
  }

  @Test
  void theSmallFormStartsFromASourcePhase() {
    List<Phase> phases = new Pixl(read(resource("streets/pixl")), LabelSpace.of(19)).phases();

    assertThat(phases).extracting(Phase::name).containsExactly("source", "pixel-learning");
    assertThat(phases.get(1).initialWeights())
        .containsEntry(
            SelfTraining.REFERENCE, InitialWeights.fromPhase("source", TrainingPhase.SEGMENTER));
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(AdaptationMethod.Factory.class))
        .extracting(AdaptationMethod.Factory::name)
        .contains("pixl");
  }

  @Test
  void aNetworkOfOneResolutionIsRefused() {
    String daformer =
        "kind = daformer-mit, layers = [1, 1, 1, 1], width = 4, drop-path = 0"
            + ", decoder { channels = 8, dilations = [1], dropout = 0 }";
    assertThatThrownBy(() -> tiny("network = null, network { " + daformer + " }"))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("network.kind must be hrda");
  }

  @Test
  void settingsDrawFromTheirOwnImages() {
    StreamRequest source = streams("setting = adaptation").get(0);
    List<StreamRequest> semi = streams("setting = semi-supervised");
    List<StreamRequest> full = streams("setting = supervised");

    assertThat(source.domain()).isEqualTo(Domain.SOURCE);
    assertThat(streams("setting = adaptation").get(1).labels().restOnly()).isFalse();
    assertThat(semi).extracting(StreamRequest::domain).containsOnly(Domain.TARGET);
    assertThat(semi.get(0).labels().groundTruth()).isTrue();
    assertThat(semi.get(1).labels().restOnly()).isTrue();
    assertThat(semi.get(1).labels().groundTruth()).isFalse();
    assertThat(full).extracting(StreamRequest::name).containsExactly("labelled");
  }

  private static List<StreamRequest> streams(String setting) {
    return phase(tiny("training { " + setting + " }")).streams();
  }

  private static TrainingPhase phase(PixlOptions options) {
    return (TrainingPhase) new Pixl(options, LabelSpace.of(13)).phases().get(0);
  }

  /** Images and labels are all zeros: no thing, one class, and nobody is sure at first. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "training.setting = supervised",
        "pixels.selection = pooled",
        "pixels.pairing = labelled-with-next-mixed",
        "pixels.pairing = same-pass",
        "pixels.projection { channels = 6 }",
        "pixels { pairing = all, weighted = true, normalized = false, start-iteration = 1 }"
      })
  void everyVariantGivesFiniteLosses(String overrides) {
    TrainingPhase phase = phase(tiny(overrides));
    try (var graph = MethodGraph.withoutRewrites(phase.streams())) {
      Step step = phase.steps().apply(graph.context()).get(0);
      CompiledStep compiled = graph.compile(step);
      graph.initialize();
      for (int i = 0; i < 2; i++) {
        for (float value : graph.run(compiled, i)) {
          assertThat(value).isFinite();
        }
      }
      for (float[] values : graph.variables(compiled.trained()::contains).values()) {
        for (float value : values) {
          assertThat(value).isFinite();
        }
      }
      assertThat(compiled.terms()).contains("seg-fused", "seg-detail", "dpa", "eta");
      assertThat(compiled.trained()).noneMatch(name -> name.startsWith("teacher"));
    }
  }

  @Test
  void theProjectionLearnsWithTheHeadAndIsNotTested() {
    PixlOptions options = tiny("pixels.projection { channels = 6 }");
    TrainingPhase phase = phase(options);
    try (var graph = MethodGraph.withoutRewrites(phase.streams())) {
      Step step = phase.steps().apply(graph.context()).get(0);
      CompiledStep compiled = graph.compile(step);
      List<ParameterGroup> groups = step.updates().get(0).groups();
      ParameterGroup head = group(groups, "head");
      ParameterGroup projection = group(groups, "projection");

      assertThat(projection.schedule()).isEqualTo(head.schedule());
      assertThat(projection.decayFactor()).isEqualTo(head.decayFactor());
      assertThat(compiled.trained())
          .filteredOn(name -> name.startsWith("projection."))
          .containsExactlyInAnyOrder(
              "projection.hidden.weight",
              "projection.hidden.bias",
              "projection.output.weight",
              "projection.output.bias");
      assertThat(graph.store().get("projection.output.weight").shape().asArray())
          .containsExactly(1, 1, 8, 6);
      assertThat(phase.segmenter().parameters()).noneMatch(spec -> spec.name().contains("output"));
    }
  }

  private static ParameterGroup group(List<ParameterGroup> groups, String name) {
    return groups.stream().filter(g -> g.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void withoutAProjectionNothingIsAdded() {
    TrainingPhase phase = phase(tiny("pixels { weight = 0, projection { channels = 6 } }"));
    try (var graph = MethodGraph.withoutRewrites(phase.streams())) {
      CompiledStep plain = graph.compile(phase.steps().apply(graph.context()).get(0));

      assertThat(plain.trained()).allMatch(name -> name.startsWith("segmenter."));
    }
  }

  /** Both methods see the same crops in the benchmark. */
  @Test
  void theBenchmarkMeasuresCropsOf512Pixels() {
    Config file =
        ConfigFactory.parseFile(
            new File("../../tools/bench/transformers.conf"),
            ConfigParseOptions.defaults().setAllowMissing(false));
    PixlOptions options = read(file);

    assertThat(options.training().labelled().crop()).isEqualTo(new InputSize(512, 512));
    assertThat(((HrdaOptions) options.network()).window().width()).isEqualTo(256);
    assertThat(file.getConfig("crossfade.hrda")).isEqualTo(file.getConfig("crossfade.pixl"));
  }

  @Test
  void onlySupervisedTrainingDistortsColours() {
    assertThat(read(resource("pixl/supervised")).training().labelled().distortion())
        .contains(new PhotometricDistortion(32, 0.5, 0.5, 18));
    assertThat(read(resource("pixl/semi-supervised")).training().labelled().distortion()).isEmpty();
    assertThat(read(ConfigFactory.empty()).training().labelled().distortion()).isEmpty();
  }

  @Test
  void theBaselineIsHrda() {
    TrainingPhase phase = phase(tiny("pixels.weight = 0"));
    try (var graph = MethodGraph.withoutRewrites(phase.streams())) {
      Step step = phase.steps().apply(graph.context()).get(0);

      assertThat(step.updates().get(0).terms())
          .extracting(LossTerm::name)
          .containsExactly(
              "seg-fused", "seg-detail", "feature-distance", "mixed-fused", "mixed-detail");
      assertThat(step.metrics()).containsOnlyKeys("q");
    }
  }
}
