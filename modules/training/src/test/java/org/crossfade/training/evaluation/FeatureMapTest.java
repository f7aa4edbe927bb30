package org.crossfade.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import org.crossfade.core.data.Image;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.metric.PlaneEmbedding;
import org.junit.jupiter.api.Test;

/** The sample of features, and its picture. */
class FeatureMapTest {
  private static final int CHANNELS = 6;
  private static final LabelSpace SPACE = LabelSpace.of(19);
  private static final PlaneEmbedding TSNE =
      ServiceLoader.load(PlaneEmbedding.class).findFirst().orElseThrow();

  /** Cells of classes 0, 8 and 10 around three points far apart. */
  private static FeatureSample threeClusters(int each) {
    var sample = new FeatureSample(19, CHANNELS, 19 * each, 1);
    var random = new Random(4);
    for (int label : new int[] {0, 8, 10}) {
      for (int i = 0; i < each; i++) {
        float[] cell = new float[CHANNELS];
        for (int c = 0; c < CHANNELS; c++) {
          cell[c] = (float) random.nextGaussian() + (c == label % CHANNELS ? 50 : 0);
        }
        sample.add(cell, new int[] {label});
      }
    }
    return sample;
  }

  @Test
  void pictureHasTheColoursOfTheClassesAndIsTheSameEveryTime() {
    Image picture = FeatureMap.of(threeClusters(20), SPACE, TSNE).orElseThrow();

    assertThat(List.of(picture.width(), picture.height())).containsOnly(FeatureMap.SIZE);
    assertThat(colours(picture))
        .contains(SPACE.rgb(0), SPACE.rgb(8), SPACE.rgb(10), 0xFFFFFF)
        .hasSize(4);
    assertThat(FeatureMap.of(threeClusters(20), SPACE, TSNE).orElseThrow().rgb())
        .isEqualTo(picture.rgb());
  }

  @Test
  void cloudLiesInTheMiddleOfThePicture() {
    byte[] rgb = FeatureMap.of(threeClusters(20), SPACE, TSNE).orElseThrow().rgb();
    int[] low = {FeatureMap.SIZE, FeatureMap.SIZE};
    int[] high = {-1, -1};
    for (int i = 0; i < rgb.length / 3; i++) {
      if (rgb[3 * i] != -1 || rgb[3 * i + 1] != -1 || rgb[3 * i + 2] != -1) {
        int[] at = {i % FeatureMap.SIZE, i / FeatureMap.SIZE};
        for (int axis = 0; axis < 2; axis++) {
          low[axis] = Math.min(low[axis], at[axis]);
          high[axis] = Math.max(high[axis], at[axis]);
        }
      }
    }
    for (int axis = 0; axis < 2; axis++) {
      assertThat(low[axis] + high[axis]).isBetween(FeatureMap.SIZE - 3, FeatureMap.SIZE + 1);
    }
  }

  @Test
  void fewCellsGiveNoPicture() {
    assertThat(FeatureMap.of(threeClusters(5), SPACE, TSNE)).isEmpty();
    assertThat(FeatureMap.of(threeClusters(6), SPACE, TSNE)).isPresent();
  }

  @Test
  void sampleHoldsEquallyManyOfEachClassAndLeavesOutWhatHasNone() {
    var sample = new FeatureSample(3, 1, 30, 7);
    float[] features = new float[1000];
    int[] labels = new int[1000];
    for (int i = 0; i < features.length; i++) {
      features[i] = i;
      labels[i] = i < 900 ? 0 : i < 905 ? 1 : 255;
    }
    sample.add(features, labels);

    assertThat(sample.labels()).hasSize(15);
    assertThat(Arrays.stream(sample.labels()).filter(label -> label == 0).count()).isEqualTo(10);
    var values = new ArrayList<Double>();
    for (double[] row : sample.features()) {
      values.add(row[0]);
    }
    assertThat(values.subList(10, 15)).containsExactly(900.0, 901.0, 902.0, 903.0, 904.0);
    assertThat(values.subList(0, 10)).doesNotHaveDuplicates().allMatch(value -> value < 900);
    assertThat(Collections.max(values.subList(0, 10)))
        .as("not only the first ones")
        .isGreaterThan(100);
  }

  private static List<Integer> colours(Image picture) {
    byte[] rgb = picture.rgb();
    var colours = new ArrayList<Integer>();
    for (int i = 0; i < rgb.length; i += 3) {
      int colour = (rgb[i] & 0xFF) << 16 | (rgb[i + 1] & 0xFF) << 8 | (rgb[i + 2] & 0xFF);
      if (!colours.contains(colour)) {
        colours.add(colour);
      }
    }
    return colours;
  }
}
