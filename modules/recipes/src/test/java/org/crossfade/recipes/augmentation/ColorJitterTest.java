package org.crossfade.recipes.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.crossfade.core.ScratchGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/** Expected values are those of Pillow 9.4, by torchvision's sequence of calls. */
class ColorJitterTest {
  private static final int[] PIXELS = {
    200, 100, 50, 10, 250, 30, 0, 0, 0, 255, 255, 255, 17, 17, 200
  };

  private final ScratchGraph graph = new ScratchGraph();
  private final Ops tf = graph.tf();

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void brightnessBlendsWithBlackAndCutsFractions() {
    assertThat(changed(ColorJitter.BRIGHTNESS, 0.5f, PIXELS))
        .containsExactly(100, 50, 25, 5, 125, 15, 0, 0, 0, 127, 127, 127, 8, 8, 100);
    assertThat(changed(ColorJitter.BRIGHTNESS, 1.5f, PIXELS))
        .containsExactly(255, 150, 75, 15, 255, 45, 0, 0, 0, 255, 255, 255, 25, 25, 255);
  }

  /** Luma 124 and 153, whose mean 138.5 becomes 139. */
  @Test
  void contrastBlendsWithTheRoundedMeanLuma() {
    int[] two = {200, 100, 50, 10, 250, 30};

    assertThat(changed(ColorJitter.CONTRAST, 0.5f, two)).containsExactly(169, 119, 94, 74, 194, 84);
    assertThat(changed(ColorJitter.CONTRAST, 1.5f, two)).containsExactly(230, 80, 5, 0, 255, 0);
  }

  @Test
  void saturationBlendsWithThePixelsOwnLuma() {
    assertThat(changed(ColorJitter.SATURATION, 0.5f, PIXELS))
        .containsExactly(162, 112, 87, 81, 201, 91, 0, 0, 0, 255, 255, 255, 27, 27, 119);
    assertThat(changed(ColorJitter.SATURATION, 1.5f, PIXELS))
        .containsExactly(238, 88, 13, 0, 255, 0, 0, 0, 0, 255, 255, 255, 6, 6, 255);
  }

  @Test
  void hueTurnsByWholeStepsOf255() {
    assertThat(changed(ColorJitter.HUE, 0.2f, PIXELS))
        .containsExactly(121, 200, 50, 11, 185, 250, 0, 0, 0, 255, 255, 255, 200, 17, 163);
    assertThat(changed(ColorJitter.HUE, -0.1f, PIXELS))
        .containsExactly(200, 50, 85, 135, 250, 11, 0, 0, 0, 255, 255, 255, 17, 125, 200);
  }

  @Test
  void changesFollowTheirOrder() {
    float[] factors = {1.5f, 1, 0.5f, 0};
    int[] brighterFirst = {ColorJitter.BRIGHTNESS, ColorJitter.SATURATION};
    int[] paleFirst = {ColorJitter.SATURATION, ColorJitter.BRIGHTNESS};
    int[] pixel = {200, 100, 50};

    // 255, 150, 75 has the luma 173; 162, 112, 87 is cut at 255 nowhere but in red.
    assertThat(apply(factors, brighterFirst, pixel)).containsExactly(214, 161, 124);
    assertThat(apply(factors, paleFirst, pixel)).containsExactly(243, 168, 130);
  }

  @Test
  void theSeedDecidesAll() {
    var jitter = new ColorJitter(0.5, 0.5, 0.5, 0.2);
    int[] picture = new int[8 * 8 * 3];
    Arrays.setAll(picture, i -> i * 37 % 256);
    Operand<TUint8> images = image(2, 4, picture);

    int[] one = fetch(jitter.apply(tf, images, seed(1)));

    assertThat(fetch(jitter.apply(tf, images, seed(1)))).isEqualTo(one);
    assertThat(fetch(jitter.apply(tf, images, seed(2)))).isNotEqualTo(one);
  }

  @Test
  void eachImageHasItsOwnFactors() {
    var jitter = new ColorJitter(0.5, 0, 0, 0);
    int[] grey = new int[4 * 3];
    Arrays.fill(grey, 100);
    int[] values = fetch(jitter.apply(tf, image(4, 1, grey), seed(3)));

    assertThat(Arrays.stream(values).distinct().count()).isEqualTo(4);
    assertThat(Arrays.stream(values).boxed()).allMatch(v -> v >= 50 && v <= 150);
  }

  @Test
  void aStrengthOfZeroLeavesItsChangeOut() {
    // The way to HSV and back alone would change this pixel.
    int[] pixel = {13, 200, 77};
    var brightness = new ColorJitter(0.5, 0, 0, 0);
    int[] values = fetch(brightness.apply(tf, image(1, 1, pixel), seed(4)));
    float factor = values[1] / 200f;

    assertThat(values[0]).isEqualTo((int) (13 * factor));
    assertThat(ColorJitter.none().isNone()).isTrue();
    Operand<TUint8> same = image(1, 1, pixel);
    assertThat(ColorJitter.none().apply(tf, same, seed(4))).isSameAs(same);
  }

  @ParameterizedTest
  @CsvSource({"-1, 0, 0, 0", "0, -1, 0, 0", "0, 0, NaN, 0", "0, 0, 0, 0.6", "0, 0, 0, -0.1"})
  void strengthsOutOfRangeAreRefused(
      double brightness, double contrast, double saturation, double hue) {
    assertThatThrownBy(() -> new ColorJitter(brightness, contrast, saturation, hue))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jitter must");
  }

  private int[] changed(int change, float factor, int... pixels) {
    float[] factors = new float[4];
    factors[change] = factor;
    return apply(factors, new int[] {change}, pixels);
  }

  private int[] apply(float[] factors, int[] order, int... pixels) {
    Operand<TFloat32> given = tf.constant(factors);
    return fetch(
        ColorJitter.apply(
            tf, image(1, pixels.length / 3, pixels), List.of(given), List.of(tf.constant(order))));
  }

  private Operand<TUint8> image(int count, int width, int... pixels) {
    return tf.dtypes.cast(
        graph.constant(pixels, count, pixels.length / 3 / count / width, width, 3), TUint8.class);
  }

  private Operand<TInt64> seed(long seed) {
    return tf.constant(new long[] {seed, 0});
  }

  private int[] fetch(Operand<TUint8> images) {
    float[] values = graph.fetch(tf.dtypes.cast(images, TFloat32.class));
    int[] whole = new int[values.length];
    Arrays.setAll(whole, i -> (int) values[i]);
    return whole;
  }
}
