package org.crossfade.recipes.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.Random;
import org.crossfade.core.ScratchGraph;
import org.crossfade.recipes.augmentation.FourierStyleTransfer.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FourierStyleTransferTest {
  private static final double CLOSE = 1e-3;

  private final ScratchGraph graph = new ScratchGraph();

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void theSmallestWindowExchangesTheMeanAlone() {
    float[] source = {10, 20, 30, 40, 50, 60};
    float[] target = {200, 0, 100, 100, 150, 50};

    float[] result = transfer(0, Window.SYMMETRIC, source, target, 1, 2, 3, 1);

    // Means 35 and 100.
    assertThat(result).containsExactly(new float[] {75, 85, 95, 105, 115, 125}, offset(1e-4f));
  }

  /**
   * Rows of 4: source 10 + 4·cos(x − quarter), target 50 + 12·cos(x). The first wave keeps its
   * phase and grows to 12; the mean becomes 50.
   */
  @Test
  void aWaveKeepsItsPhaseAndTakesTheTargetsAmplitude() {
    float[] source = {10, 14, 10, 6, 10, 14, 10, 6, 10, 14, 10, 6, 10, 14, 10, 6};
    float[] target = {62, 50, 38, 50, 62, 50, 38, 50, 62, 50, 38, 50, 62, 50, 38, 50};

    float[] result = transfer(0.25, Window.SYMMETRIC, source, target, 1, 4, 4, 1);

    float[] row = {50, 62, 50, 38, 50, 62, 50, 38, 50, 62, 50, 38, 50, 62, 50, 38};
    assertThat(result).containsExactly(row, offset(1e-4f));
  }

  @ParameterizedTest
  @EnumSource(Window.class)
  void anImageInItsOwnStyleStaysWhatItIs(Window window) {
    float[] image = pixels(1, 2 * 12 * 9 * 3);

    float[] result = transfer(0.3, window, image, image, 2, 12, 9, 3);

    assertThat(result).containsExactly(image, offset((float) CLOSE));
  }

  @ParameterizedTest
  @CsvSource({"SYMMETRIC, 0.2, 10, 15", "SYMMETRIC, 0.49, 9, 8", "CORNERS, 0.3, 10, 8"})
  void theTransferEqualsTheExchangeInTheWholeSpectrum(
      Window window, double share, int height, int width) {
    float[] source = pixels(2, height * width);
    float[] target = pixels(3, height * width);

    float[] result = transfer(share, window, source, target, 1, height, width, 1);

    double[] expected = exchanged(source, target, height, width, share, window);
    for (int i = 0; i < result.length; i++) {
      assertThat(result[i]).isCloseTo((float) expected[i], offset((float) CLOSE));
    }
  }

  @Test
  void eachImageAndChannelTakesTheStyleOfItsOwnCounterpart() {
    float[] source = pixels(4, 2 * 6 * 8 * 2);
    float[] target = pixels(5, 2 * 6 * 8 * 2);
    float[] first = Arrays.copyOf(source, 96);
    float[] firstTarget = Arrays.copyOf(target, 96);

    float[] both = transfer(0.2, Window.SYMMETRIC, source, target, 2, 6, 8, 2);
    float[] one = transfer(0.2, Window.SYMMETRIC, first, firstTarget, 1, 6, 8, 2);

    assertThat(Arrays.copyOf(both, 96)).containsExactly(one, offset((float) CLOSE));
  }

  @Test
  void aBlackImageTakesAmplitudesWithPhaseZero() {
    float[] target = pixels(6, 8 * 8);

    float[] result = transfer(0.2, Window.SYMMETRIC, new float[64], target, 1, 8, 8, 1);

    // All waves of the window are highest at the first pixel.
    float highest = 0;
    for (float value : result) {
      highest = Math.max(highest, value);
    }
    assertThat(result[0]).isEqualTo(highest).isGreaterThan(0);
  }

  @Test
  void cornersOfNoWidthChangeNothing() {
    float[] image = pixels(7, 64);

    assertThat(transfer(0.01, Window.CORNERS, image, pixels(8, 64), 1, 8, 8, 1)).isEqualTo(image);
  }

  @Test
  void imagesOfDifferentSizesAreRefused() {
    var transfer = new FourierStyleTransfer(0.01, Window.SYMMETRIC);

    assertThatThrownBy(
            () ->
                transfer.apply(
                    graph.tf(),
                    graph.constant(new float[64], 1, 8, 8, 1),
                    graph.constant(new float[32], 1, 4, 8, 1)))
        .hasMessageContaining("resize both to the same width and height");
    assertThatThrownBy(() -> new FourierStyleTransfer(0.5, Window.SYMMETRIC))
        .hasMessageContaining("0..0.5, 0.5 excluded, found 0.5");
  }

  private float[] transfer(
      double share, Window window, float[] source, float[] target, long... shape) {
    return graph.fetch(
        new FourierStyleTransfer(share, window)
            .apply(graph.tf(), graph.constant(source, shape), graph.constant(target, shape)));
  }

  private static float[] pixels(long seed, int count) {
    var random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(256);
    }
    return values;
  }

  /** The definition: every frequency, term by term. */
  private static double[] exchanged(
      float[] source, float[] target, int height, int width, double share, Window window) {
    int reach = (int) (Math.min(height, width) * share);
    int highest = window == Window.SYMMETRIC ? reach : reach - 1;
    double[] result = new double[height * width];
    for (int u = -(height - 1) / 2; u <= height / 2; u++) {
      for (int v = -(width - 1) / 2; v <= width / 2; v++) {
        double[] own = frequency(source, height, width, u, v);
        double amplitude = Math.hypot(own[0], own[1]);
        boolean inside = Math.abs(u) <= reach && Math.abs(v) <= reach;
        if (window == Window.CORNERS) {
          // A column's mirror image is its own conjugate; column 0 is its own mirror.
          inside =
              v == 0
                  ? u >= -reach && u <= highest
                  : inWindow(v > 0 ? u : -u, Math.abs(v), reach, highest);
        }
        if (inside) {
          double[] other = frequency(target, height, width, u, v);
          double factor = Math.hypot(other[0], other[1]) / amplitude;
          own = new double[] {own[0] * factor, own[1] * factor};
        }
        for (int i = 0; i < result.length; i++) {
          double angle = angle(u, v, i, height, width);
          result[i] +=
              (own[0] * Math.cos(angle) - own[1] * Math.sin(angle)) / (height * (double) width);
        }
      }
    }
    return result;
  }

  private static boolean inWindow(int u, int v, int reach, int highest) {
    return u >= -reach && u <= highest && v <= highest;
  }

  private static double[] frequency(float[] image, int height, int width, int u, int v) {
    double re = 0;
    double im = 0;
    for (int i = 0; i < image.length; i++) {
      double angle = angle(u, v, i, height, width);
      re += image[i] * Math.cos(angle);
      im -= image[i] * Math.sin(angle);
    }
    return new double[] {re, im};
  }

  private static double angle(int u, int v, int pixel, int height, int width) {
    int y = pixel / width;
    int x = pixel % width;
    return 2 * Math.PI * ((double) u * y / height + (double) v * x / width);
  }
}
