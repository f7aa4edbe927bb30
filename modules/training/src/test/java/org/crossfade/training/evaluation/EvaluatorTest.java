package org.crossfade.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.Image;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.Inference;
import org.crossfade.core.metric.ScoreProtocol;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.nn.SlidingWindow;
import org.crossfade.datasets.DataRoots;
import org.crossfade.datasets.kind.Folder;
import org.crossfade.datasets.kind.Gta5;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.options.RunOptions;
import org.crossfade.training.run.Json;
import org.crossfade.training.session.PhaseSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Scores counted by hand: two images of 6x4 and a network that calls the left half road (0) and the
 * right half sky (10), whatever it sees.
 */
class EvaluatorTest {
  private static final int ROAD = 0;
  private static final int SKY = 10;
  private static final int IGNORED = 255;

  @TempDir Path folder;

  /** A network of 19 classes without variables. */
  private interface Fixed extends SegmentationNetwork {
    Operand<TFloat32> logits(Ops tf, Operand<TFloat32> images);

    @Override
    default String name() {
      return "fixed";
    }

    @Override
    default int classes() {
      return 19;
    }

    @Override
    default int featureChannels() {
      return 19;
    }

    @Override
    default Normalisation normalisation() {
      return Normalisation.TORCHVISION;
    }

    @Override
    default List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    default NamePattern head() {
      return NamePattern.none();
    }

    @Override
    default Prediction answer(Forward forward, Parameters parameters, Operand<TFloat32> images) {
      Operand<TFloat32> logits = logits(forward.tf(), images);
      return new Prediction(logits, logits, Optional.empty(), Map.of());
    }

    @Override
    default SegmentationNetwork withBatchNorm(BatchNorm.Mode mode) {
      return this;
    }
  }

  /**
   * Logits [N, 1, 2, 19]: {@code left} for road in one cell, {@code right} for sky in the other.
   */
  private record Halves(float left, float right) implements Fixed {
    @Override
    public Operand<TFloat32> logits(Ops tf, Operand<TFloat32> images) {
      float[][][][] logits = new float[1][1][2][19];
      logits[0][0][0][ROAD] = left;
      logits[0][0][1][SKY] = right;
      return tf.constant(StdArrays.ndCopyOf(logits));
    }
  }

  /** Calls pixels road whose normalised red exceeds 2 (white is 2.2), and all others sky. */
  private record White() implements Fixed {
    @Override
    public Operand<TFloat32> logits(Ops tf, Operand<TFloat32> images) {
      Operand<TFloat32> red =
          tf.slice(images, tf.constant(new long[4]), tf.constant(new long[] {-1, -1, -1, 1}));
      var logits = new ArrayList<Operand<TFloat32>>();
      for (int k = 0; k < 19; k++) {
        float other = k == SKY ? 2 : -9;
        logits.add(k == ROAD ? red : tf.math.add(tf.zerosLike(red), tf.constant(other)));
      }
      return tf.concat(logits, tf.constant(3));
    }
  }

  private EvaluationResult evaluate(
      Dataset dataset, SegmentationNetwork network, Inference inference, ScoreProtocol protocol)
      throws IOException {
    try (var session = new PhaseSession(0, 1, List.of())) {
      return evaluator(session, dataset, network, inference, protocol)
          .evaluate(session.session(), "phase", 7, true, folder.resolve("samples"));
    }
  }

  private static Evaluator evaluator(
      PhaseSession session,
      Dataset dataset,
      SegmentationNetwork network,
      Inference inference,
      ScoreProtocol protocol) {
    var last = RunOptions.ModelSelection.LAST;
    var options =
        new RunOptions(
            0, 1, 1, 1, 1, 1, 0, 1, last, protocol, false, 0, "cpu", false, Precision.FLOAT32);
    var graph = new InferenceGraph(session.tf(), network, Parameters.empty(), inference);
    return new Evaluator(dataset, options, graph);
  }

  /** Image a is road throughout; image b sky, with its first column ignored. */
  private Dataset twoImages() {
    TinyFolders.image(folder.resolve("images/a.png"), 6, 4);
    TinyFolders.image(folder.resolve("images/b.png"), 6, 4);
    TinyFolders.labels(folder.resolve("labels/a.png"), 6, 4, x -> ROAD);
    TinyFolders.labels(folder.resolve("labels/b.png"), 6, 4, x -> x == 0 ? IGNORED : SKY);
    return files();
  }

  private Dataset files() {
    return new Folder("all", Optional.empty(), Optional.empty(), Optional.empty())
        .open(LabelSpace.of(19), DataRoots.parse(List.of("folder=" + folder), Map.of()));
  }

  private static void assertConfusion(EvaluationResult result) {
    assertThat(result.confusion().get(ROAD).get(ROAD)).isEqualTo(12);
    assertThat(result.confusion().get(ROAD).get(SKY)).isEqualTo(12);
    assertThat(result.confusion().get(SKY).get(ROAD)).isEqualTo(8);
    assertThat(result.confusion().get(SKY).get(SKY)).isEqualTo(12);
    assertThat(result.confusion().stream().flatMap(List::stream).mapToLong(n -> n).sum())
        .isEqualTo(44);
  }

  /** The network sees 16x8; the scores are counted at the labels' own 6x4. */
  @Test
  void confusionIsCountedAtTheLabelsNativeSize() throws IOException {
    EvaluationResult result =
        evaluate(
            twoImages(), new Halves(5, 5), Inference.singleScale(16, 8), ScoreProtocol.SKIP_ABSENT);

    assertConfusion(result);
    assertThat(result.iou()).containsOnlyKeys("road", "sky");
    assertThat(result.iou().get("road")).isCloseTo(12 / 32.0, within(1e-12));
    assertThat(result.iou().get("sky")).isCloseTo(12 / 32.0, within(1e-12));
    assertThat(result.miou()).isCloseTo(0.375, within(1e-12));
    assertThat(result.pixelAccuracy()).isCloseTo(24 / 44.0, within(1e-12));
    assertThat(result.images()).isEqualTo(2);
    assertThat(result.phase()).isEqualTo("phase");
    assertThat(result.iteration()).isEqualTo(7);
    assertThat(folder.resolve("samples/phase/a.png")).exists();
    assertThat(folder.resolve("samples/phase/b.png")).doesNotExist();
  }

  /** Metrics of predictions at every evaluation, those of features at a phase's end. */
  @Test
  void metricsOnTheClassPathAreMeasuredAndPrinted() throws IOException {
    Dataset dataset = twoImages();
    EvaluationResult end =
        evaluate(
            dataset, new Halves(5, 5), Inference.singleScale(16, 8), ScoreProtocol.SKIP_ABSENT);

    assertThat(end.metrics()).containsOnlyKeys("wrong-pixels", "feature-norm");
    assertThat(end.metrics().get("wrong-pixels")).isCloseTo(20 / 44.0, within(1e-12));
    assertThat(end.metrics().get("feature-norm")).isEqualTo(5);
    assertThat(EvaluationTable.render(LabelSpace.of(19), end))
        .contains("wrong pixels 45.5 %", "mean length of features 5.00");
    try (var session = new PhaseSession(0, 1, List.of())) {
      EvaluationResult onTheWay =
          evaluator(
                  session,
                  dataset,
                  new Halves(5, 5),
                  Inference.singleScale(16, 8),
                  ScoreProtocol.SKIP_ABSENT)
              .evaluate(session.session(), "phase", 7, false, folder.resolve("samples"));
      assertThat(onTheWay.metrics()).containsOnlyKeys("wrong-pixels");
    }
  }

  @Test
  void resultsOfRunsBeforeThereWereMetricsAreRead() throws IOException {
    EvaluationResult result =
        evaluate(
            twoImages(), new Halves(5, 5), Inference.singleScale(16, 8), ScoreProtocol.SKIP_ABSENT);
    String written = Json.line(result);
    Path older = folder.resolve("older.json");
    Files.writeString(older, written.replaceFirst(",\"metrics\":\\{[^}]*}", ""));

    EvaluationResult read = Json.read(older, EvaluationResult.class);

    assertThat(written).contains("wrong-pixels");
    assertThat(read.metrics()).isEmpty();
    assertThat(Json.line(read)).isEqualTo(Files.readString(older));
  }

  @Test
  void absentClassesCountZeroWhereTheProtocolSaysSo() throws IOException {
    EvaluationResult result =
        evaluate(
            twoImages(),
            new Halves(5, 5),
            Inference.singleScale(16, 8),
            ScoreProtocol.ABSENT_AS_ZERO);

    assertThat(result.miou()).isCloseTo(2 * 0.375 / 19, within(1e-12));
    assertThat(result.iou()).hasSize(19).containsEntry("train", 0.0);
  }

  @Test
  void severalScalesAreAveragedAtTheNativeSize() throws IOException {
    EvaluationResult result =
        evaluate(
            twoImages(),
            new Halves(5, 5),
            new Inference(16, 8, List.of(0.5, 1.0, 1.5), false),
            ScoreProtocol.SKIP_ABSENT);

    assertConfusion(result);
  }

  /**
   * A label map of 6x1 at 3x1 is its pixels 1, 3 and 5, those at the centres of thirds: of R S S R
   * S R the scores see S R R. The network calls the left half road: columns 0 and half of 1.
   */
  @Test
  void labelsAreReadByTheNearestPixelWhereScoresAreOfTheTestsSize() throws IOException {
    int[] row = {ROAD, SKY, SKY, ROAD, SKY, ROAD};
    TinyFolders.image(folder.resolve("images/a.png"), 6, 1);
    TinyFolders.labels(folder.resolve("labels/a.png"), 6, 1, x -> row[x]);
    Dataset dataset = files();
    var atTestSize =
        new Inference(
            3,
            1,
            List.of(1.0),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.of(Inference.ScoredSize.TEST_SIZE),
            Optional.empty());

    EvaluationResult small =
        evaluate(dataset, new Halves(6, 5), atTestSize, ScoreProtocol.SKIP_ABSENT);
    EvaluationResult whole =
        evaluate(dataset, new Halves(6, 5), Inference.singleScale(3, 1), ScoreProtocol.SKIP_ABSENT);

    // Predicted: road, road (the surer), sky.
    assertThat(small.confusion().get(SKY).get(ROAD)).isEqualTo(1);
    assertThat(small.confusion().get(ROAD).get(ROAD)).isEqualTo(1);
    assertThat(small.confusion().get(ROAD).get(SKY)).isEqualTo(1);
    assertThat(small.confusion().stream().flatMap(List::stream).mapToLong(n -> n).sum())
        .isEqualTo(3);
    assertThat(whole.confusion().stream().flatMap(List::stream).mapToLong(n -> n).sum())
        .isEqualTo(6);
  }

  /**
   * Black, white, white, black at a width of 1: mmcv's bilinear sees the two in the middle,
   * Pillow's bicubic all four.
   */
  @Test
  void imagesAreResizedAsTheTestSays() throws IOException {
    TinyFolders.grey(folder.resolve("images/a.png"), 4, 1, x -> x % 3 == 0 ? 0 : 255);
    TinyFolders.labels(folder.resolve("labels/a.png"), 4, 1, x -> ROAD);
    Dataset dataset = files();
    var bilinear =
        new Inference(
            1,
            1,
            List.of(1.0),
            false,
            Optional.empty(),
            Optional.of(Inference.ImageResize.BILINEAR),
            Optional.empty(),
            Optional.empty());

    assertThat(evaluate(dataset, new White(), bilinear, ScoreProtocol.SKIP_ABSENT).pixelAccuracy())
        .isEqualTo(1);
    assertThat(
            evaluate(dataset, new White(), Inference.singleScale(1, 1), ScoreProtocol.SKIP_ABSENT)
                .pixelAccuracy())
        .isEqualTo(0);
  }

  /** Mirrored back, the surer half wins on both sides. */
  @Test
  void mirrorImagesAreAveragedAsProbabilities() throws IOException {
    EvaluationResult result =
        evaluate(
            twoImages(),
            new Halves(3, 1),
            new Inference(16, 8, List.of(1.0), true),
            ScoreProtocol.SKIP_ABSENT);

    assertThat(result.confusion().get(ROAD).get(ROAD)).isEqualTo(24);
    assertThat(result.confusion().get(SKY).get(ROAD)).isEqualTo(20);
  }

  /** Each of the two windows has a left and a right half. */
  @Test
  void slidingWindowsAnswerForTheirPartsOfTheImage() {
    var inference =
        new Inference(16, 8, List.of(1.0), false, Optional.of(new SlidingWindow(8, 8, 8, 8)));
    try (var session = new PhaseSession(0, 1, List.of())) {
      var graph = new InferenceGraph(session.tf(), new Halves(5, 5), Parameters.empty(), inference);

      var labels = graph.predict(session.session(), new Image(8, 16, new byte[8 * 16 * 3]), 8, 16);

      for (int x = 0; x < 16; x++) {
        assertThat(labels.at(3, x)).as("column " + x).isEqualTo(x % 8 < 4 ? ROAD : SKY);
      }
    }
  }

  /** A few label maps of GTA5 differ in size from their images. */
  @Test
  void labelMapsOfAnotherSizeThanTheirImageAreScoredAtTheirOwn() throws IOException {
    int roadInGta5 = 7;
    int skyInGta5 = 23;
    TinyFolders.image(folder.resolve("images/00001.png"), 12, 8);
    TinyFolders.labels(
        folder.resolve("labels/00001.png"), 6, 4, x -> x < 3 ? roadInGta5 : skyInGta5);
    Dataset dataset =
        new Gta5("train", Optional.empty(), Optional.empty())
            .open(LabelSpace.of(19), DataRoots.parse(List.of("gta5=" + folder), Map.of()));

    EvaluationResult result =
        evaluate(
            dataset, new Halves(5, 5), Inference.singleScale(16, 8), ScoreProtocol.SKIP_ABSENT);

    assertThat(result.miou()).isEqualTo(1);
    assertThat(result.confusion().get(SKY).get(SKY)).isEqualTo(12);
  }

  @Test
  void aStopEndsAnEvaluationBetweenTwoImages() {
    Dataset dataset = twoImages();
    try (var session = new PhaseSession(0, 1, List.of())) {
      Evaluator evaluator =
          evaluator(
                  session,
                  dataset,
                  new Halves(5, 5),
                  Inference.singleScale(16, 8),
                  ScoreProtocol.SKIP_ABSENT)
              .stoppedBy(() -> true);

      assertThatThrownBy(() -> evaluator.evaluate(session.session(), "phase", 7, true, folder))
          .isInstanceOf(CancellationException.class);
    }
  }
}
