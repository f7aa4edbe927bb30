package org.crossfade.core.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** One channel: class 0 at −1 and 1, class 1 at 4 and 8, class 2 at 10; class 3 has nothing. */
class ClassSpreadTest {
  private static final float[] FEATURES = {-1, 1, 4, 99, 8, 10};
  private static final int[] LABELS = {0, 0, 1, 255, 1, 2};
  private static final double EXACT = 1e-12;

  private static ClassSpread spread() {
    ClassCenters centers = new ClassCenters(4, 1, 255);
    centers.add(FEATURES, LABELS);
    ClassSpread spread = new ClassSpread(centers);
    spread.add(FEATURES, LABELS);
    return spread;
  }

  @Test
  void centresAreMeansAndZeroWithoutFeatures() {
    ClassCenters centers = new ClassCenters(4, 1, 255);
    centers.add(new float[] {-1, 1, 4}, new int[] {0, 0, 1});
    centers.add(new float[] {99, 8, 10}, new int[] {255, 1, 2});
    assertThat(centers.means()).containsExactly(0, 6, 10, 0);
  }

  @Test
  void classCentreDistanceLeavesOutClassesWithoutFeatures() {
    ClassCenterDistance ccd = new ClassCenterDistance(spread());
    double first = (1 / 36.0 + 1 / 100.0) / 2;
    double second = (4 / 36.0 + 4 / 16.0) / 2;
    assertThat(ccd.perClass())
        .containsExactly(new double[] {first, second, 0, Double.NaN}, within(EXACT));
    assertThat(ccd.mean()).isEqualTo((first + second) / 3, within(EXACT));
  }

  @Test
  void givenCentresReplaceTheMeans() {
    ClassSpread spread = new ClassSpread(new double[] {0, 0, 3, 4}, 2, 255);
    spread.add(new float[] {1, 1, 3, 4}, new int[] {0, 1});
    assertThat(new ClassCenterDistance(spread).perClass())
        .containsExactly(new double[] {2 / 25.0, 0}, within(EXACT));
  }

  @Test
  void oneClassAloneHasNoDistanceAndNoIndex() {
    ClassSpread spread = new ClassSpread(new double[] {0, 5}, 2, 255);
    spread.add(new float[] {1, 2}, new int[] {0, 0});
    assertThat(new ClassCenterDistance(spread).mean()).isNaN();
    assertThat(ClusterIndices.calinskiHarabasz(spread)).isNaN();
    assertThat(ClusterIndices.daviesBouldin(spread)).isNaN();
  }

  @Test
  void indicesFollowTheirEquations() {
    // The mean of all five features is 4.4.
    double between = 2 * 4.4 * 4.4 + 2 * 1.6 * 1.6 + 5.6 * 5.6;
    assertThat(ClusterIndices.calinskiHarabasz(spread()))
        .isEqualTo(between / 2 / (10 / 2.0), within(EXACT));
    // Pairs: (1+2)/6, (1+0)/10, (2+0)/4.
    assertThat(ClusterIndices.daviesBouldin(spread())).isEqualTo(0.5, within(EXACT));
  }

  @Test
  void featuresThatDoNotFitTheirLabelsAreRefused() {
    ClassCenters centers = new ClassCenters(2, 3, 255);
    assertThatThrownBy(() -> centers.add(new float[5], new int[2]))
        .hasMessageContaining("3 channels");
    assertThatThrownBy(() -> centers.add(new float[3], new int[] {2}))
        .hasMessageContaining("label 2");
    assertThatThrownBy(() -> new ClassSpread(new double[5], 2, 255))
        .hasMessageContaining("2 classes");
  }
}
