package org.crossfade.recipes.selftraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.ScratchGraph;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.recipes.TransformerOptimizer;
import org.crossfade.recipes.WarmupDecay;
import org.crossfade.recipes.augmentation.GaussianBlur;
import org.crossfade.recipes.augmentation.KorniaColorJitter;
import org.crossfade.recipes.augmentation.StrongAugmentation;
import org.crossfade.recipes.loss.FeatureDistance;
import org.crossfade.recipes.loss.MultiResolutionLoss;
import org.crossfade.recipes.loss.WeightedCrossEntropy;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

class SelfTrainingTest {
  private static final int[] LABELS = {0, 1, 2, 255, 0, 1, 7, 7, 3, 3, 3, 3, 9, 9, 9, 9};

  @Test
  void halfOfTheBatchsClassesAreDrawnForEachImage() {
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      Operand<TInt32> labels = graph.constant(LABELS, 2, 2, 4);
      Operand<TInt64> seed = tf.constant(new long[] {1, 2});
      var mix = new ClassMix(ClassMix.Scope.BATCH);
      float[] present = graph.fetch(mix.present(tf, labels));
      float[] drawn = graph.fetch(mix.draw(tf, labels, seed));

      // 0, 1, 2, 3, 7, 9 and 255: seven, so four for each image.
      assertThat(sum(present, 0)).isEqualTo(7);
      assertThat(sum(drawn, 0)).isEqualTo(4);
      assertThat(sum(drawn, 1)).isEqualTo(4);
      for (int i = 0; i < drawn.length; i++) {
        assertThat(drawn[i]).isLessThanOrEqualTo(present[i]);
      }
    }
  }

  @Test
  void eachImageMayDrawFromItsOwnClassesAlone() {
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      Operand<TInt32> labels = graph.constant(LABELS, 2, 2, 4);
      var mix = new ClassMix(ClassMix.Scope.IMAGE);
      float[] drawn = graph.fetch(mix.draw(tf, labels, tf.constant(new long[] {5, 6})));

      // 0, 1, 2, 7, 255 and 3, 9.
      assertThat(sum(drawn, 0)).isEqualTo(3);
      assertThat(sum(drawn, 1)).isEqualTo(1);
      assertThat(drawn[256 + 3] + drawn[256 + 9]).isEqualTo(1);
    }
  }

  private static int sum(float[] rows, int row) {
    int sum = 0;
    for (int i = 0; i < 256; i++) {
      sum += (int) rows[row * 256 + i];
    }
    return sum;
  }

  @Test
  void theFirstTeacherIsTheStudent() {
    try (var graph = new ScratchGraph()) {
      var teacher = new MeanTeacher(0.999);
      var old = Parameters.of(Map.of("w", graph.constant(new float[] {5}, 1)));
      var student = Parameters.of(Map.of("w", graph.constant(new float[] {3}, 1)));

      assertThat(after(graph, teacher, 0, old, student)).isEqualTo(3);
      assertThat(after(graph, teacher, 1, old, student)).isEqualTo(4);
      assertThat(after(graph, teacher, 1_000_000, old, student)).isCloseTo(4.998f, within(1e-5f));
    }
  }

  private static float after(
      ScratchGraph graph, MeanTeacher teacher, long t, Parameters old, Parameters student) {
    var tf = graph.tf();
    return graph
        .fetch(teacher.next(tf, teacher.rate(tf, tf.constant(t)), old, student).get("w"))[0];
  }

  @Test
  void neutralFactorsChangeNoColour() {
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      float[] rgb = {0.2f, 0.5f, 0.9f, 0.7f, 0.1f, 0.3f};
      Operand<TFloat32> jittered =
          KorniaColorJitter.apply(
              tf,
              graph.constant(rgb, 1, 1, 2, 3),
              graph.constant(new float[] {1, 1, 1, 0}, 1, 4),
              graph.constant(new int[] {3, 0, 2, 1}, 1, 4));

      float[] got = graph.fetch(jittered);
      for (int i = 0; i < rgb.length; i++) {
        assertThat(got[i]).isCloseTo(rgb[i], within(1e-5f));
      }
    }
  }

  @Test
  void aThirdOfATurnMakesRedGreen() {
    try (var graph = new ScratchGraph()) {
      Operand<TFloat32> turned =
          KorniaColorJitter.apply(
              graph.tf(),
              graph.constant(new float[] {1, 0, 0}, 1, 1, 1, 3),
              graph.constant(new float[] {1, 1, 1, 1 / 3f}, 1, 4),
              graph.constant(new int[] {0, 1, 2, 3}, 1, 4));

      assertThat(graph.fetch(turned)).containsExactly(new float[] {0, 1, 0}, within(1e-4f));
    }
  }

  @Test
  void kernelsHaveTheLengthsOfTheOfficialCode() {
    assertThat(List.of(1024, 512, 256).stream().map(GaussianBlur::kernelSize))
        .containsExactly(103, 51, 25);
  }

  @Test
  void blurKeepsTheSumOfAFlatImage() {
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      Operand<TFloat32> flat = tf.fill(tf.constant(new long[] {2, 40, 60, 3}), tf.constant(0.7f));
      float[] blurred =
          graph.fetch(
              new GaussianBlur(1.15).apply(tf, flat, graph.constant(new float[] {0.2f, 1.1f}, 2)));
      for (float value : blurred) {
        assertThat(value).isCloseTo(0.7f, within(1e-5f));
      }
    }
  }

  @Test
  void noAugmentationIsNone() {
    try (var graph = new ScratchGraph()) {
      Operand<TFloat32> images = graph.constant(new float[12], 1, 2, 2, 3);

      assertThat(
              StrongAugmentation.none()
                  .apply(
                      graph.tf(),
                      images,
                      Normalisation.TORCHVISION,
                      graph.tf().constant(new long[] {0, 0})))
          .isSameAs(images);
    }
  }

  @Test
  void anImageWithoutThingsHasNoFeatureDistanceAndNoGradient() {
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      Operand<TFloat32> features = graph.constant(new float[] {1, 2, 3, 4}, 1, 1, 2, 2);
      var loss =
          new FeatureDistance(List.of(11), 0.75)
              .apply(
                  tf,
                  features,
                  tf.zerosLike(features),
                  graph.constant(new int[] {0, 0, 255, 255}, 1, 1, 4));

      assertThat(graph.fetch(loss)).containsExactly(0);
      assertThat(
              graph.fetch(
                  new GradientTape(tf)
                      .gradient(loss, Parameters.of(Map.of("f", features)))
                      .get("f")))
          .containsOnly(0);
    }
  }

  /** ln 2 at one labelled pixel of four. */
  @Test
  void crossEntropyIsDividedByAllPixels() {
    try (var graph = new ScratchGraph()) {
      Operand<TFloat32> loss =
          WeightedCrossEntropy.of(
              graph.tf(),
              graph.constant(new float[8], 1, 2, 2, 2),
              graph.constant(new int[] {1, 255, 255, 255}, 1, 2, 2),
              graph.constant(new float[] {0.5f, 1, 1, 1}, 1, 2, 2));

      assertThat(graph.fetch(loss)[0]).isCloseTo((float) (Math.log(2) / 8), within(1e-6f));
    }
  }

  /** The values that HRDA's schedule has with PiXL's 60,000 iterations. */
  @Test
  void ratesRiseAndFallAsPublished() {
    var rate = new WarmupDecay(60000, 1, 0, 1500, 1e-6).from(6e-5);

    assertThat(rate.rateAt(0)).isCloseTo(6e-11, within(1e-15));
    assertThat(rate.rateAt(750)).isCloseTo(2.9625e-5, within(1e-9));
    assertThat(rate.rateAt(1500)).isCloseTo(5.85e-5, within(1e-12));
    assertThat(rate.rateAt(59999)).isCloseTo(1e-9, within(1e-15));
  }

  @Test
  void wrongOptionsAreNamed() {
    assertThatThrownBy(() -> new MeanTeacher(1)).hasMessageContaining("alpha");
    assertThatThrownBy(() -> new WarmupDecay(0, 1, 0, 0, 1)).hasMessageContaining("horizon");
    assertThatThrownBy(() -> new WarmupDecay(1, 1, 0, -1, 1))
        .hasMessageContaining("warmup-iterations");
    assertThatThrownBy(() -> new TransformerOptimizer(0, 1, 0, 0, 0, 0))
        .hasMessageContaining("rate");
    assertThatThrownBy(() -> new StrongAugmentation(2, 0, 0, 1, 1))
        .hasMessageContaining("jitter-threshold");
    assertThatThrownBy(() -> new StrongAugmentation(0, 0.6, 0, 1, 1))
        .hasMessageContaining("jitter-strength");
    assertThatThrownBy(() -> new StrongAugmentation(0, 0, 0, 2, 1))
        .hasMessageContaining("blur-sigma-min");
    assertThatThrownBy(() -> new MultiResolutionLoss(0, 0, 0)).hasMessageContaining("fused");
    assertThatThrownBy(() -> new FeatureDistance(List.of(), 0.5)).hasMessageContaining("classes");
  }
}
