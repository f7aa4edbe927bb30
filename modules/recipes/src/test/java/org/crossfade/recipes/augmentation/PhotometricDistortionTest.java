package org.crossfade.recipes.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
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

/** Expected values that go to HSV and back are those of OpenCV 4.14. */
class PhotometricDistortionTest {
  private static final PhotometricDistortion PUBLISHED =
      new PhotometricDistortion(32, 0.5, 0.5, 18);
  private static final int[] PIXELS = {
    200, 100, 50, 10, 250, 30, 0, 0, 0, 255, 255, 255, 17, 17, 200
  };

  private final ScratchGraph graph = new ScratchGraph();
  private final Ops tf = graph.tf();

  @AfterEach
  void close() {
    graph.close();
  }

  /** 20.7 more or less, cut at the point. */
  @Test
  void brightnessAddsLevels() {
    assertThat(changed(PhotometricDistortion.BRIGHTNESS, 20.7f, PIXELS))
        .containsExactly(220, 120, 70, 30, 255, 50, 20, 20, 20, 255, 255, 255, 37, 37, 220);
    assertThat(changed(PhotometricDistortion.BRIGHTNESS, -20.7f, PIXELS))
        .containsExactly(179, 79, 29, 0, 229, 9, 0, 0, 0, 234, 234, 234, 0, 0, 179);
  }

  @Test
  void contrastMultipliesWithoutRegardToTheMean() {
    assertThat(changed(PhotometricDistortion.CONTRAST, 0.5f, PIXELS))
        .containsExactly(100, 50, 25, 5, 125, 15, 0, 0, 0, 127, 127, 127, 8, 8, 100);
    assertThat(changed(PhotometricDistortion.CONTRAST, 1.3f, PIXELS))
        .containsExactly(255, 130, 65, 13, 255, 39, 0, 0, 0, 255, 255, 255, 22, 22, 255);
  }

  /** 200, 100, 50 has the saturation 191 and the hue 10: 20 of 360 degrees. */
  @Test
  void hsvIsOpenCvs() {
    OpenCvHsv colours = OpenCvHsv.of(tf, tf.dtypes.cast(image(1, 5, PIXELS), TFloat32.class));

    assertThat(graph.fetchInts(colours.hue())).containsExactly(10, 63, 0, 0, 120);
    assertThat(graph.fetchInts(colours.saturation())).containsExactly(191, 245, 0, 0, 233);
    assertThat(graph.fetchInts(colours.value())).containsExactly(200, 250, 0, 255, 200);
  }

  @Test
  void saturationMultipliesThatOfHsv() {
    assertThat(changed(PhotometricDistortion.SATURATION, 0.5f, PIXELS))
        .containsExactly(200, 150, 125, 130, 250, 142, 0, 0, 0, 255, 255, 255, 109, 109, 200);
    assertThat(changed(PhotometricDistortion.SATURATION, 1.5f, PIXELS))
        .containsExactly(200, 66, 0, 0, 250, 25, 0, 0, 0, 255, 255, 255, 0, 0, 200);
  }

  @Test
  void hueTurnsInStepsOfTwoDegrees() {
    assertThat(changed(PhotometricDistortion.HUE, 17, PIXELS))
        .containsExactly(200, 185, 50, 9, 250, 169, 0, 0, 0, 255, 255, 255, 120, 17, 200);
    assertThat(changed(PhotometricDistortion.HUE, -18, PIXELS))
        .containsExactly(200, 50, 90, 129, 250, 9, 0, 0, 0, 255, 255, 255, 17, 126, 200);
  }

  @Test
  void contrastComesSecondOrLast() {
    boolean[] early = {false, true, true, false, true};
    boolean[] late = {false, true, true, false, false};
    float[] values = {0, 1.6f, 0.5f, 0};
    int[] pixel = {200, 100, 50};

    // Early: 255, 160, 80, whose saturation 175 becomes 87. Late: 200, 150, 125 times 1.6.
    assertThat(apply(early, values, pixel)).containsExactly(255, 208, 167);
    assertThat(apply(late, values, pixel)).containsExactly(255, 240, 200);
  }

  /** (200, 100, 50) + 30, halved. */
  @Test
  void brightnessComesFirst() {
    boolean[] coins = {true, true, false, false, true};

    assertThat(apply(coins, new float[] {30, 0.5f, 1, 0}, 200, 100, 50))
        .containsExactly(115, 65, 40);
  }

  @Test
  void nothingHappensWhereNoCoinSaysSo() {
    assertThat(apply(new boolean[5], new float[] {9, 2, 2, 9}, PIXELS)).containsExactly(PIXELS);
  }

  @Test
  void theSeedDecidesAll() {
    int[] picture = new int[8 * 8 * 3];
    Arrays.setAll(picture, i -> i * 37 % 256);
    Operand<TUint8> images = image(2, 4, picture);
    int[] one = fetch(PUBLISHED.apply(tf, images, seed(1)));

    assertThat(fetch(PUBLISHED.apply(tf, images, seed(1)))).isEqualTo(one);
    assertThat(fetch(PUBLISHED.apply(tf, images, seed(3)))).isNotEqualTo(one);
  }

  /** Of 400 grey images about a half moves, each by its own addend, none by more than 32. */
  @Test
  void halfOfTheImagesChange() {
    int[] grey = new int[400 * 3];
    Arrays.fill(grey, 100);
    var brightness = new PhotometricDistortion(32, 0, 0, 0);
    int[] values = fetch(brightness.apply(tf, image(400, 1, grey), seed(5)));
    Set<Integer> levels = new HashSet<>();
    int moved = 0;
    for (int i = 0; i < 400; i++) {
      moved += values[3 * i] == 100 ? 0 : 1;
      levels.add(values[3 * i]);
    }

    assertThat(moved).isBetween(160, 240);
    assertThat(levels).hasSizeGreaterThan(40).allMatch(level -> level >= 68 && level <= 131);
  }

  /** Hues of 400 red images: 0 where nothing moved, else 0..17 or 162..179. */
  @Test
  void huesMoveByWholeStepsBelowTheStrength() {
    int[] red = new int[400 * 3];
    for (int i = 0; i < red.length; i += 3) {
      red[i] = 255;
    }
    var turned = new PhotometricDistortion(0, 0, 0, 18).apply(tf, image(400, 1, red), seed(6));
    OpenCvHsv colours = OpenCvHsv.of(tf, tf.dtypes.cast(turned, TFloat32.class));
    int[] hues = graph.fetchInts(colours.hue());

    assertThat(Arrays.stream(hues)).allMatch(h -> h <= 18 || h >= 162);
    assertThat(Arrays.stream(hues).distinct().count()).isGreaterThan(25);
  }

  @Test
  void aStrengthOfZeroLeavesItsChangeOut() {
    // The way to HSV and back alone would change these pixels.
    int[] pixels = {13, 200, 77, 13, 200, 77, 13, 200, 77, 13, 200, 77};
    assertThat(
            apply(
                new boolean[] {false, false, true, true, false},
                new float[] {0, 1, 1, 0},
                13,
                200,
                77))
        .isNotEqualTo(new int[] {13, 200, 77});

    assertThat(fetch(new PhotometricDistortion(0, 0, 0, 0).apply(tf, image(4, 1, pixels), seed(7))))
        .containsExactly(pixels);
  }

  @ParameterizedTest
  @CsvSource({"-1, 0, 0, 0", "0, 2, 0, 0", "0, 0, NaN, 0", "0, 0, 0, 91", "0, 0, 0, -1"})
  void strengthsOutOfRangeAreRefused(
      double brightness, double contrast, double saturation, int hue) {
    assertThatThrownBy(() -> new PhotometricDistortion(brightness, contrast, saturation, hue))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of a distortion must lie in");
  }

  private int[] changed(int change, float value, int... pixels) {
    boolean[] coins = new boolean[5];
    coins[change] = true;
    float[] values = new float[4];
    values[change] = value;
    return apply(coins, values, pixels);
  }

  private int[] apply(boolean[] coins, float[] values, int... pixels) {
    return fetch(
        PhotometricDistortion.apply(
            tf,
            image(1, pixels.length / 3, pixels),
            tf.expandDims(tf.constant(coins), tf.constant(0)),
            graph.constant(values, 1, 4)));
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
