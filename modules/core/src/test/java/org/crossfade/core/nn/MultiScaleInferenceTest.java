package org.crossfade.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.ScratchGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class MultiScaleInferenceTest {
  private final ScratchGraph graph = new ScratchGraph();
  private final Ops tf = graph.tf();

  @AfterEach
  void close() {
    graph.close();
  }

  /** A network of two classes whose logits are the first two channels. */
  private Operand<TFloat32> twoChannels(Operand<TFloat32> image) {
    return tf.slice(
        image, tf.constant(new int[] {0, 0, 0, 0}), tf.constant(new int[] {-1, -1, -1, 2}));
  }

  @Test
  void sizesAreCutTowardsZeroInDoublePrecision() {
    var image = tf.zeros(tf.constant(new long[] {1, 90, 10, 3}), TFloat32.class);
    List<long[]> sizes = new ArrayList<>();

    MultiScaleInference.probabilities(
        tf,
        x -> {
          sizes.add(x.shape().asArray());
          return twoChannels(x);
        },
        Interpolation.ALIGNED_CORNERS,
        image,
        List.of(0.7, 1.3),
        /* flip= */ true,
        tf.constant(new int[] {4, 4}));

    // 90·0.7 is 62.99999999999999 in double precision.
    assertThat(sizes)
        .extracting(size -> size[1] + "x" + size[2])
        .containsExactly("62x7", "62x7", "117x13", "117x13");
  }

  /** Mirrored back, a network that treats all columns alike answers the same. */
  @Test
  void mirroringAndBackIsTheIdentity() {
    var image = graph.constant(new float[] {1, 0, 0, 3, 0, 0, 0, 2, 0}, 1, 1, 3, 3);

    float[] plain = probabilities(image, List.of(1.0), false);

    assertThat(probabilities(image, List.of(1.0), true)).containsExactly(plain, within(1e-7f));
    assertThat(plain[0]).isCloseTo((float) (1 / (1 + Math.exp(-1))), within(1e-6f));
  }

  /** The mirrored network prefers class 0 on its left half, which is the image's right half. */
  @Test
  void probabilitiesAreAveraged() {
    var image = tf.zeros(tf.constant(new long[] {1, 1, 2, 3}), TFloat32.class);
    var leftIsZero = graph.constant(new float[] {(float) Math.log(3), 0, 0, 0}, 1, 1, 2, 2);

    float[] fused =
        graph.fetch(
            MultiScaleInference.probabilities(
                tf,
                x -> leftIsZero,
                Interpolation.ALIGNED_CORNERS,
                image,
                List.of(1.0),
                true,
                tf.constant(new int[] {1, 2})));

    assertThat(fused).containsExactly(new float[] {0.625f, 0.375f, 0.625f, 0.375f}, within(1e-6f));
  }

  /** From two columns to four: cells lie at −1/4, 1/4, 3/4, 5/4, or at 0, 1/3, 2/3, 1. */
  @Test
  void logitsAreUpsampledTheNetworksWay() {
    var ramp = graph.constant(new float[] {0, 12}, 1, 1, 2, 1);

    assertThat(graph.fetch(Interpolation.HALF_PIXEL_CENTRES.resize(tf, ramp, 1, 4)))
        .containsExactly(0, 3, 9, 12);
    assertThat(graph.fetch(Interpolation.ALIGNED_CORNERS.resize(tf, ramp, 1, 4)))
        .containsExactly(0, 4, 8, 12);
    assertThat(
            graph.fetch(
                Interpolation.HALF_PIXEL_CENTRES.resize(tf, ramp, tf.constant(new int[] {1, 4}))))
        .containsExactly(0, 3, 9, 12);
    assertThat(Interpolation.HALF_PIXEL_CENTRES.resize(tf, ramp, 1, 2)).isSameAs(ramp);
  }

  @Test
  void scaleThatLeavesNothingIsRefused() {
    var image = tf.zeros(tf.constant(new long[] {1, 2, 2, 3}), TFloat32.class);

    assertThatThrownBy(() -> probabilities(image, List.of(0.3), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("scale 0.3 leaves nothing");
  }

  @Test
  void everyPixelHasAHardLabelAndItsProbability() {
    var logits =
        graph.constant(new float[] {0, (float) Math.log(3), (float) Math.log(4), 0}, 1, 1, 2, 2);

    var labels = HardLabels.of(tf, logits, tf.constant(new int[] {1, 2}));

    assertThat(graph.fetch(tf.dtypes.cast(labels.labels(), TFloat32.class))).containsExactly(1, 0);
    assertThat(graph.fetch(labels.confidence()))
        .containsExactly(new float[] {0.75f, 0.8f}, within(1e-6f));
  }

  private float[] probabilities(Operand<TFloat32> image, List<Double> scales, boolean flip) {
    return graph.fetch(
        MultiScaleInference.probabilities(
            tf,
            this::twoChannels,
            Interpolation.ALIGNED_CORNERS,
            image,
            scales,
            flip,
            tf.constant(new int[] {1, 3})));
  }
}
