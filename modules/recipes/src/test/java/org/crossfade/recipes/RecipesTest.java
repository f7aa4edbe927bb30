package org.crossfade.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Sampling;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.optim.Adam;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.core.optim.Sgd;
import org.crossfade.recipes.augmentation.ColorJitter;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

class RecipesTest {
  private static final Decay DECAY = new Decay(100, 0.9);

  /** Variables without a forward pass. */
  private record Named(List<String> names) implements SegmentationNetwork {
    @Override
    public String name() {
      return "named";
    }

    @Override
    public int classes() {
      return 2;
    }

    @Override
    public int featureChannels() {
      return 1;
    }

    @Override
    public Normalisation normalisation() {
      return Normalisation.TORCHVISION;
    }

    @Override
    public List<ParameterSpec> parameters() {
      return names.stream()
          .map(n -> ParameterSpec.weight(n, Shape.of(1), Initializer.zeros()))
          .toList();
    }

    @Override
    public NamePattern head() {
      return NamePattern.of("head.**");
    }

    @Override
    public Prediction answer(Forward forward, Parameters parameters, Operand<TFloat32> images) {
      throw new UnsupportedOperationException("not asked here");
    }

    @Override
    public SegmentationNetwork withBatchNorm(BatchNorm.Mode mode) {
      return this;
    }
  }

  private static final Named RESIDUAL =
      new Named(
          List.of(
              "conv1.weight",
              "bn1.weight",
              "layer1.0.conv1.weight",
              "layer1.0.bn1.weight",
              "layer1.0.downsample.0.weight",
              "layer1.0.downsample.1.weight",
              "head.0.weight"));

  @Test
  void classifierLearnsAtItsMultiple() {
    List<ParameterGroup> groups = optimizer(false).groups("segmenter", RESIDUAL, DECAY);

    assertThat(groups).extracting(ParameterGroup::name).containsExactly("backbone", "classifier");
    assertThat(groups.get(0).schedule().rateAt(0)).isCloseTo(0.01, within(1e-12));
    assertThat(groups.get(1).schedule().rateAt(50))
        .isCloseTo(0.1 * Math.pow(0.5, 0.9), within(1e-12));
    assertThat(names(groups.get(1))).containsExactly("head.0.weight");
    assertThat(names(groups.get(0))).hasSize(6);
  }

  @Test
  void repeatedUpdatesAreThreeForBlocksAndFourForShortcuts() {
    List<ParameterGroup> groups = optimizer(true).groups("segmenter", RESIDUAL, DECAY);

    assertThat(groups).extracting(ParameterGroup::repeats).containsExactly(1, 3, 4, 1);
    assertThat(names(groups.get(1))).containsExactly("layer1.0.conv1.weight");
    assertThat(names(groups.get(2))).containsExactly("layer1.0.downsample.0.weight");
    assertThat(names(groups.get(0)))
        .containsExactly(
            "conv1.weight", "bn1.weight", "layer1.0.bn1.weight", "layer1.0.downsample.1.weight");
  }

  @Test
  void repeatedUpdatesNeedAResidualNetwork() {
    var plain = new Named(List.of("features.0.weight", "head.0.weight"));

    assertThatThrownBy(() -> optimizer(true).groups("segmenter", plain, DECAY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("repeat-trunk-updates must be false for named");
  }

  @Test
  void optimizersAreThoseOfTheOptions() {
    assertThat(optimizer(false).optimizer(Sgd.FirstStep.INDEPENDENT)).isEqualTo(new Sgd(0.9, 5e-4));
    assertThat(new DiscriminatorOptimizer(1e-4, 0.9, 0.99).optimizer())
        .isEqualTo(new Adam(0.9, 0.99));
  }

  @Test
  void randomScaleTakesThePlaceOfResizing() {
    var crop = stream(4, Optional.of(new ImageStream.ScaleRange(0.5, 1.5)), 0.5);
    var resize = stream(4, Optional.empty(), 0);

    assertThat(crop.request("target", Domain.TARGET, StreamRequest.Labels.NONE).transforms())
        .containsExactly(
            new SampleTransform.RandomScaleCrop(0.5, 1.5, 64, 32),
            new SampleTransform.RandomFlip(0.5));
    assertThat(resize.request("source", Domain.SOURCE, StreamRequest.Labels.NONE).transforms())
        .containsExactly(new SampleTransform.Resize(64, 32));
  }

  @Test
  void wrongStreamsAreRefused() {
    assertThatThrownBy(() -> stream(0, Optional.empty(), 0))
        .hasMessage("batch must be at least 1, found 0");
    assertThatThrownBy(() -> stream(1, Optional.of(new ImageStream.ScaleRange(2, 1)), 0))
        .hasMessageContaining("scales must satisfy");
    assertThatThrownBy(() -> stream(1, Optional.empty(), 2))
        .hasMessageContaining("probability of a flip");
  }

  private static List<String> names(ParameterGroup group) {
    return RESIDUAL.names().stream()
        .filter(name -> group.parameters().test("segmenter." + name))
        .toList();
  }

  private static SegmenterOptimizer optimizer(boolean repeat) {
    return new SegmenterOptimizer(SegmenterOptimizer.Kind.SGD, 0.01, 10, 0.9, 5e-4, repeat);
  }

  private static ImageStream stream(
      int batch, Optional<ImageStream.ScaleRange> scale, double flip) {
    return new ImageStream(batch, 64, 32, scale, flip, Sampling.SHUFFLED, ColorJitter.none());
  }
}
