package org.crossfade.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.crossfade.backbones.deeplab.ResNetTorchvisionOptions;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.metric.ScoreProtocol;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.core.optim.Schedule;
import org.crossfade.core.optim.Sgd;
import org.crossfade.training.options.RunOptions;
import org.crossfade.weights.FormulaWeights;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** A phase with one weight: the loss is weight·mean(the batch's first image). */
class PhaseBenchmarkTest {
  private static final long SEED = 5;
  private static final SegmentationNetwork NETWORK =
      new ResNetTorchvisionOptions(List.of(1, 1, 1, 1), 4, 4).create(19);

  @Test
  void firstLossIsThatOfFormulaWeightsOnFormulaImages() throws Exception {
    BenchmarkResult result =
        benchmark(OptionalLong.of(SEED))
            .measure(
                1,
                2,
                domain -> {
                  throw new AssertionError("a formula gives the samples");
                });

    assertThat((double) result.firstLosses().get("loss"))
        .isCloseTo(lossOfFirstImage(), within(1e-4));
    assertThat(result.iterations()).hasSize(2);
    assertThat(result.imagesPerIteration()).isEqualTo(1);
    assertThat(result.iterations())
        .allSatisfy(
            it ->
                assertThat(it.sessionSeconds().orElseThrow())
                    .isPositive()
                    .isLessThan(it.seconds()));
  }

  @Test
  void everyBatchOfFormulaImagesIsAllOfThemInTheirOrder() throws Exception {
    for (int batch : new int[] {1, 7}) {
      BenchmarkResult result =
          benchmark(OptionalLong.of(SEED), batch).measure(0, 1, domain -> null);

      assertThat((double) result.firstLosses().get("loss"))
          .isCloseTo(lossOfFirstImage(), within(1e-4));
      assertThat(result.imagesPerIteration()).isEqualTo(batch);
    }
  }

  @Test
  void withoutAFormulaSamplesComeFromTheDataSetOfTheirDomain() throws Exception {
    var dataset = new FormulaDataset("other", 8, 4, 3, LabelSpace.of(19), SEED);
    BenchmarkResult result =
        benchmark(OptionalLong.empty())
            .measure(
                0,
                1,
                domain -> {
                  assertThat(domain).isEqualTo(Domain.SOURCE);
                  return dataset;
                });

    assertThat(result.firstLosses().get("loss")).isBetween(50f, 200f);
  }

  @Test
  void unknownPhaseIsAnsweredWithThoseThereAre() {
    var method =
        new AdaptationMethod() {
          @Override
          public List<Phase> phases() {
            return List.of(phase());
          }

          @Override
          public SegmentationNetwork segmenter() {
            return NETWORK;
          }

          @Override
          public Inference inference() {
            return phase().inference();
          }
        };
    assertThat(PhaseBenchmark.phase(method, "only").name()).isEqualTo("only");
    assertThatThrownBy(() -> PhaseBenchmark.phase(method, "onyl"))
        .hasMessageContaining("'onyl'")
        .hasMessageContaining("there are only");
  }

  private static double lossOfFirstImage() {
    float weight = new FormulaWeights("", SEED).values("w", 1)[0];
    double sum = 0;
    for (float u : FormulaWeights.uniform("images.0.image", 8 * 4 * 3, SEED)) {
      sum += Math.floor(128 * (u + 1.0));
    }
    return weight * sum / (8 * 4 * 3);
  }

  private static PhaseBenchmark benchmark(OptionalLong formulaSeed) {
    return benchmark(formulaSeed, 1);
  }

  private static PhaseBenchmark benchmark(OptionalLong formulaSeed, int batch) {
    var run =
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
    return new PhaseBenchmark("none", phase(batch), LabelSpace.of(19), run, formulaSeed);
  }

  private static TrainingPhase phase() {
    return phase(1);
  }

  private static TrainingPhase phase(int batch) {
    var request =
        new StreamRequest(
            "images",
            Domain.SOURCE,
            batch,
            List.of(new SampleTransform.Resize(8, 4)),
            StreamRequest.Sampling.SHUFFLED,
            StreamRequest.Labels.GROUND_TRUTH);
    return new TrainingPhase(
        "only",
        10,
        List.of(request),
        Map.of(),
        NamePattern.none(),
        NETWORK,
        new Inference(8, 4, List.of(1.0), false),
        context -> List.of(step(context)));
  }

  private static Step step(StepContext context) {
    var tf = context.tf();
    var weight =
        context
            .parameters(
                "role",
                List.of(ParameterSpec.weight("w", Shape.of(1), new Initializer.Constant(1))))
            .get("w");
    var mean =
        tf.math.mean(
            tf.reshape(
                tf.dtypes.cast(
                    tf.gather(context.images("images"), tf.constant(0), tf.constant(0)),
                    TFloat32.class),
                tf.constant(new int[] {-1})),
            tf.constant(0));
    var loss = tf.math.mul(tf.reshape(weight, tf.constant(new int[0])), mean);
    return context.step(
        "step",
        List.of("images"),
        List.of(
            new Update(
                "update",
                List.of(new LossTerm("loss", 1, loss)),
                List.of(
                    new ParameterGroup("all", NamePattern.of("role.**"), Schedule.constant(1e-3))),
                new Sgd(0.9, 0))));
  }
}
