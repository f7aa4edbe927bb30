package org.crossfade.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crossfade.backbones.TensorLayout;
import org.crossfade.backbones.deeplab.ResNetTorchvisionOptions;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.metric.ScoreProtocol;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.training.options.RunOptions;
import org.crossfade.weights.FormulaWeights;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.Safetensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured besides iterations: the forward pass, evaluation, import, data. */
class WorkBenchmarksTest {
  private static final RunOptions RUN =
      new RunOptions(
          0,
          1,
          1,
          1,
          1,
          1,
          0,
          0,
          RunOptions.ModelSelection.LAST,
          ScoreProtocol.SKIP_ABSENT,
          false,
          0,
          "cpu",
          false,
          Precision.FLOAT32);
  private static final SegmentationNetwork NETWORK =
      new ResNetTorchvisionOptions(List.of(1, 1, 1, 1), 4, 4).create(19);
  private static final StreamRequest STREAM =
      new StreamRequest(
          "images",
          Domain.TARGET,
          2,
          List.of(new SampleTransform.Resize(64, 32)),
          StreamRequest.Sampling.SHUFFLED,
          StreamRequest.Labels.GROUND_TRUTH);
  private static final TrainingPhase PHASE =
      new TrainingPhase(
          "only",
          10,
          List.of(STREAM),
          Map.of(),
          NamePattern.none(),
          NETWORK,
          Inference.singleScale(64, 32),
          context -> List.of());
  private static final AdaptationMethod METHOD =
      new AdaptationMethod() {
        @Override
        public List<Phase> phases() {
          return List.of(PHASE);
        }

        @Override
        public SegmentationNetwork segmenter() {
          return NETWORK;
        }

        @Override
        public Inference inference() {
          return PHASE.inference();
        }
      };

  @Test
  void forwardPassFollowsTheSeedOfTheFormula() throws Exception {
    Map<String, Float> logits = model(5).forward(0, 1).firstLosses();

    assertThat(logits).containsOnlyKeys("mean-square", "max");
    assertThat(logits.get("mean-square")).isPositive();
    assertThat(model(5).forward(0, 1).firstLosses()).isEqualTo(logits);
    assertThat(model(6).forward(0, 1).firstLosses()).isNotEqualTo(logits);
  }

  @Test
  void evaluationIsOfTheWholeDataSet() throws Exception {
    var dataset = new FormulaDataset("val", 64, 32, 3, LabelSpace.of(19), 5);

    BenchmarkResult result = model(5).evaluation(dataset, 1, 2);

    assertThat(result.imagesPerIteration()).isEqualTo(3);
    assertThat(result.iterations()).hasSize(2);
    assertThat(result.loopShare()).isEmpty();
    // Labels are noise over 19 classes.
    assertThat(result.firstLosses().get("pixel-accuracy")).isBetween(0.01f, 0.1f);
  }

  @Test
  void importShowsWhatTheVariablesHoldAfterwards(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("weights.safetensors");
    var formula = new FormulaWeights("", 8);
    var tensors = new ArrayList<NamedTensor>();
    double squares = 0;
    long count = 0;
    for (var spec : NETWORK.parameters()) {
      long[] shape = TensorLayout.toPytorch(spec.shape());
      float[] values = formula.values(spec.name(), shape);
      tensors.add(NamedTensor.of(spec.name(), values, shape));
      for (float value : values) {
        squares += value * value;
      }
      count += values.length;
    }
    Safetensors.write(file, tensors);

    BenchmarkResult result = model(5).weightImport(file, 0, 2);

    assertThat(result.firstLosses().get("values")).isEqualTo(count / 1e6f);
    assertThat((double) result.firstLosses().get("mean-square"))
        .isCloseTo(squares / count, within(1e-6));
  }

  @Test
  void dataAreShownAsTheyAreDecoded() throws Exception {
    var dataset = new FormulaDataset("train", 64, 32, 3, LabelSpace.of(19), 5);
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      for (byte value : dataset.readImage(i).rgb()) {
        sum += value & 0xFF;
      }
    }

    BenchmarkResult result =
        new DataBenchmark("none", PHASE, RUN)
            .measure(
                1,
                2,
                domain -> {
                  assertThat(domain).isEqualTo(Domain.TARGET);
                  return dataset;
                });

    assertThat(result.imagesPerIteration()).isEqualTo(2);
    assertThat((double) result.firstLosses().get("images-images"))
        .isCloseTo(sum / (3 * 64 * 32 * 3), within(1e-3));
    // The mean of 0 to 18.
    assertThat(result.firstLosses().get("images-labels")).isBetween(8.5f, 9.5f);
  }

  private static ModelBenchmark model(long seed) {
    return new ModelBenchmark("none", METHOD, RUN, seed);
  }
}
