package org.crossfade.metapix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.Convolution;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.recipes.Decay;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * What MetaPix is for: images of four coloured boxes, of which the source calls every box of the
 * last class by the name of the first. The segmentation network knows the target's task already;
 * where it does not, gradients of wrong pixels say nothing about the target.
 */
class WrongLabelsTest {
  private static final int K = 3;
  private static final int SIZE = 16;
  private static final int BATCH = 4;
  private static final int WARM_UP = 20;
  private static final int ITERATIONS = 40;
  private static final int UNSEEN_BATCHES = 8;
  private static final double ALPHA = 0.01;
  private static final double RATE = 1e-2;
  private static final double MARGIN = 0.3;
  private static final float[][] COLOURS = {{1, -1, -1}, {-1, 1, -1}, {-1, -1, 1}};

  private final Random random = new Random(5);

  @ParameterizedTest
  @EnumSource(MetaGradient.Mode.class)
  void weightsOfWrongPixelsFallBelowThoseOfRightOnes(MetaGradient.Mode mode) {
    var weighting =
        new WeightingNetwork(new WeightingNetwork.Options(WeightingNetwork.Kind.PIXEL, 8), K);
    try (var graph = MethodGraph.onOneThread()) {
      Ops tf = graph.tf();
      Fed source = Fed.in(graph);
      Fed target = Fed.in(graph);
      Parameters theta = theta(graph);
      Parameters phi = graph.context().parameters(PairStep.WEIGHTING, weighting.parameters());
      var meta =
          MetaGradient.of(
              tf,
              mode,
              source.through(tf),
              target.through(tf),
              theta,
              weighting,
              phi,
              ALPHA,
              TargetLoss.LABELLED_MEAN);
      CompiledStep warmUp = step(graph, "segmenter", target.loss(tf, theta));
      CompiledStep learning = step(graph, PairStep.WEIGHTING, meta.objective());
      graph.initialize();
      for (int i = 0; i < WARM_UP; i++) {
        feed(graph, Domain.TARGET, target);
        graph.run(warmUp, i);
      }
      Means before = means(graph, source, meta.weights());
      for (int i = 0; i < ITERATIONS; i++) {
        feed(graph, Domain.SOURCE, source);
        feed(graph, Domain.TARGET, target);
        graph.run(learning, i);
      }
      Means after = means(graph, source, meta.weights());

      assertThat(before.wrong()).isCloseTo(before.right(), within(0.02));
      assertThat(after.wrong()).isLessThan(after.right() - MARGIN);
    }
  }

  /** The fed batch of one domain. */
  private record Fed(Operand<TFloat32> images, Operand<TInt32> labels) {
    static Fed in(MethodGraph graph) {
      int pixels = BATCH * SIZE * SIZE;
      return new Fed(
          graph.input(new float[3 * pixels], BATCH, SIZE, SIZE, 3),
          graph.input(new int[pixels], BATCH, SIZE, SIZE));
    }

    MetaGradient.Batch through(Ops tf) {
      var network = new TinyNetworks.Segmenter(1, Domain.SOURCE, /* rectified= */ false, K);
      return new MetaGradient.Batch(Forward.inference(tf), network, images, labels, List.of());
    }

    Operand<TFloat32> loss(Ops tf, Parameters theta) {
      return TargetLoss.LABELLED_MEAN.of(tf, through(tf).predict(theta).logits(), labels);
    }
  }

  /** Mean weights of the pixels whose label is wrong, and of the others. */
  private record Means(double wrong, double right) {}

  private static Parameters theta(MethodGraph graph) {
    var specs = new ArrayList<ParameterSpec>();
    for (Convolution layer :
        List.of(
            Convolution.same("conv1", 3, 8, 3, 1, true),
            Convolution.same("conv2", 8, 8, 3, 1, true),
            Convolution.same("score", 8, K, 1, 1, true))) {
      double fan = (double) layer.kernel() * layer.kernel() * layer.inputs();
      specs.addAll(
          layer.parameters(new Initializer.Normal(Math.sqrt(2 / fan)), Initializer.zeros()));
    }
    return graph.context().parameters("segmenter", specs);
  }

  private static CompiledStep step(MethodGraph graph, String role, Operand<TFloat32> loss) {
    var adam = new AdamOptions(RATE, 1, 0.9, 0.999, 0);
    var update =
        new Update(
            role,
            List.of(new LossTerm("loss", 1, loss)),
            adam.groups(role, NamePattern.none(), new Decay(1, 0)),
            adam.optimizer());
    return graph.compile(graph.context().step(role, List.of(), List.of(update)));
  }

  private Means means(MethodGraph graph, Fed source, Operand<TFloat32> weights) {
    double[] sums = new double[2];
    int[] counts = new int[2];
    for (int n = 0; n < UNSEEN_BATCHES; n++) {
      boolean[] wrong = feed(graph, Domain.SOURCE, source);
      float[] w = graph.value(weights);
      for (int i = 0; i < w.length; i++) {
        sums[wrong[i] ? 1 : 0] += w[i];
        counts[wrong[i] ? 1 : 0]++;
      }
    }
    return new Means(sums[1] / counts[1], sums[0] / counts[0]);
  }

  /** Feeds new images in which every class occurs; says which pixels carry a wrong label. */
  private boolean[] feed(MethodGraph graph, Domain domain, Fed fed) {
    int pixels = BATCH * SIZE * SIZE;
    float[] images = new float[3 * pixels];
    int[] labels = new int[pixels];
    boolean[] wrong = new boolean[pixels];
    for (int n = 0; n < BATCH; n++) {
      List<Integer> boxes = Arrays.asList(0, 1, 2, random.nextInt(K));
      Collections.shuffle(boxes, random);
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          int at = (n * SIZE + y) * SIZE + x;
          int seen = boxes.get(2 * (2 * y / SIZE) + 2 * x / SIZE);
          wrong[at] = domain == Domain.SOURCE && seen == K - 1;
          labels[at] = wrong[at] ? 0 : seen;
          for (int c = 0; c < 3; c++) {
            images[3 * at + c] = COLOURS[seen][c] + 0.2f * (float) random.nextGaussian();
          }
        }
      }
    }
    graph.feed(
        fed.images(), TFloat32.tensorOf(Shape.of(BATCH, SIZE, SIZE, 3), DataBuffers.of(images)));
    graph.feed(fed.labels(), TInt32.tensorOf(Shape.of(BATCH, SIZE, SIZE), DataBuffers.of(labels)));
    return wrong;
  }
}
