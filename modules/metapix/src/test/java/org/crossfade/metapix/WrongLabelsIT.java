package org.crossfade.metapix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.crossfade.backbones.Fcn8s;
import org.crossfade.backbones.Fcn8sOptions;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.StreamRequest.Sampling;
import org.crossfade.core.nn.ColorJitter;
import org.crossfade.core.recipe.Decay;
import org.crossfade.core.recipe.ImageStream;
import org.crossfade.methodtest.MethodGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TUint8;

/**
 * Source images of coloured boxes, whose labels are wrong in one half of each image: what MetaPix
 * is for.
 */
class WrongLabelsIT {
  private static final int K = 4;
  private static final int SIZE = 32;
  private static final int BATCH = 2;
  private static final int[][] COLOURS = {
    {200, 60, 60}, {60, 200, 60}, {60, 60, 200}, {200, 200, 60}
  };

  /** A batch of one domain; {@code wrong} says which pixels carry another class's label. */
  // Fed as they are and never compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Scene(byte[] rgb, byte[] labels, boolean[] wrong) {}

  @ParameterizedTest
  @EnumSource(MetaGradient.Mode.class)
  void weightsOfWrongPixelsFallBelowThoseOfRightOnes(MetaGradient.Mode mode) {
    PairTraining pairs = pairs();
    MetaTraining meta = meta(mode);
    var method = new MetaPix(options(pairs, meta), K);
    var random = new Random(5);
    try (var graph = new MethodGraph(pairs.streams())) {
      var steps = new ArrayList<CompiledStep>();
      for (int phase : List.of(0, 1)) {
        var training = (org.crossfade.core.method.TrainingPhase) method.phases().get(phase);
        steps.add(graph.compile(training.steps().apply(graph.context()).get(0)));
      }
      var weighting = weighting();
      var weights =
          weighting.weights(
              graph.tf(),
              graph.context().parameters(PairStep.WEIGHTING, weighting.parameters()),
              network().normalisation().apply(graph.tf(), graph.context().images("source")),
              graph.context().labels("source"));
      graph.initialize();
      for (int i = 0; i < 150; i++) {
        feed(graph, "source", scene(random, true));
        feed(graph, "target", scene(random, false));
        graph.run(steps.get(0), i);
      }
      for (int i = 0; i < 150; i++) {
        feed(graph, "source", scene(random, true));
        feed(graph, "target", scene(random, false));
        graph.run(steps.get(1), i);
      }
      Scene unseen = scene(random, true);
      feed(graph, "source", unseen);
      float[] w = graph.value(weights);

      assertThat(mean(w, unseen.wrong(), true)).isLessThan(mean(w, unseen.wrong(), false) - 0.05);
    }
  }

  private static double mean(float[] w, boolean[] wrong, boolean which) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < w.length; i++) {
      if (wrong[i] == which) {
        sum += w[i];
        count++;
      }
    }
    return sum / count;
  }

  /** Four boxes of random classes; in the left half of a source image labels are one class on. */
  private static Scene scene(Random random, boolean source) {
    byte[] rgb = new byte[BATCH * SIZE * SIZE * 3];
    byte[] labels = new byte[BATCH * SIZE * SIZE];
    boolean[] wrong = new boolean[labels.length];
    for (int n = 0; n < BATCH; n++) {
      int[] classes = random.ints(4, 0, K).toArray();
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          int at = (n * SIZE + y) * SIZE + x;
          int id = classes[2 * (2 * y / SIZE) + 2 * x / SIZE];
          wrong[at] = source && x < SIZE / 2;
          labels[at] = (byte) (wrong[at] ? (id + 1) % K : id);
          for (int c = 0; c < 3; c++) {
            rgb[3 * at + c] = (byte) (COLOURS[id][c] + random.nextInt(41) - 20);
          }
        }
      }
    }
    return new Scene(rgb, labels, wrong);
  }

  private static void feed(MethodGraph graph, String stream, Scene scene) {
    graph.feed(
        graph.context().feeds(stream).images(),
        TUint8.tensorOf(Shape.of(BATCH, SIZE, SIZE, 3), DataBuffers.of(scene.rgb())));
    graph.feed(
        graph.context().feeds(stream).labels(),
        TUint8.tensorOf(Shape.of(BATCH, SIZE, SIZE), DataBuffers.of(scene.labels())));
  }

  private static Fcn8s network() {
    return Fcn8s.of(new Fcn8sOptions(8, 1, 1, 0, 0), K);
  }

  private static WeightingNetwork weighting() {
    return new WeightingNetwork(new WeightingNetwork.Options(WeightingNetwork.Kind.PIXEL, 8), K);
  }

  private static MetaPixOptions options(PairTraining pairs, MetaTraining meta) {
    return new MetaPixOptions(
        network().options(),
        joint(0, PairTraining.SourceLoss.LABELLED_MEAN),
        pairs,
        1,
        weighting().options(),
        meta,
        joint(1, PairTraining.SourceLoss.WEIGHTED),
        0);
  }

  private static PairTraining pairs() {
    return joint(150, PairTraining.SourceLoss.LABELLED_MEAN);
  }

  private static PairTraining joint(long iterations, PairTraining.SourceLoss sourceLoss) {
    return new PairTraining(
        iterations,
        new Decay(1000, 0.9),
        sourceLoss,
        1,
        TargetLoss.LABELLED_MEAN,
        Optional.empty(),
        Optional.empty(),
        stream(),
        stream(),
        new AdamOptions(2e-3, 1, 0.9, 0.999, 0),
        Inference.singleScale(SIZE, SIZE));
  }

  private static MetaTraining meta(MetaGradient.Mode mode) {
    return new MetaTraining(
        150,
        new Decay(1, 0),
        mode,
        0.01,
        TargetLoss.LABELLED_MEAN,
        /* rectifiedScores= */ false,
        /* elementDropout= */ false,
        /* reset= */ true,
        stream(),
        stream(),
        new AdamOptions(1e-2, 1, 0.9, 0.999, 0));
  }

  private static ImageStream stream() {
    return new ImageStream(
        BATCH, SIZE, SIZE, Optional.empty(), 0, Sampling.SHUFFLED, ColorJitter.none());
  }
}
