package org.crossfade.datasets.streets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The skew of Cityscapes, within bands that leave room for 144 scenes' worth of chance. */
final class ClassFrequencyTest {
  private static final LabelSpace SPACE = LabelSpace.of(19);
  private static final int SCENES = 144;

  /** Bounds of the share of labelled pixels in percent. */
  private static final Map<String, double[]> BANDS =
      Map.ofEntries(
          Map.entry("road", new double[] {32, 39}),
          Map.entry("sidewalk", new double[] {3.8, 7}),
          Map.entry("building", new double[] {19, 26}),
          Map.entry("wall", new double[] {0.3, 1.2}),
          Map.entry("fence", new double[] {0.4, 1.4}),
          Map.entry("pole", new double[] {0.9, 1.6}),
          Map.entry("traffic light", new double[] {0.1, 0.4}),
          Map.entry("traffic sign", new double[] {0.35, 0.9}),
          Map.entry("vegetation", new double[] {13, 19}),
          Map.entry("terrain", new double[] {0.4, 1.6}),
          Map.entry("sky", new double[] {3.5, 8}),
          Map.entry("person", new double[] {0.6, 1.7}),
          Map.entry("rider", new double[] {0.05, 0.35}),
          Map.entry("car", new double[] {5, 9}),
          Map.entry("truck", new double[] {0.05, 0.9}),
          Map.entry("bus", new double[] {0.08, 0.7}),
          Map.entry("train", new double[] {0.1, 0.8}),
          Map.entry("motorcycle", new double[] {0.02, 0.3}),
          Map.entry("bicycle", new double[] {0.15, 0.7}));

  @ParameterizedTest
  @CsvSource({"SOURCE, TRAIN", "SOURCE, VAL", "TARGET, TRAIN", "TARGET, VAL"})
  void everyClassOccursAboutAsOftenAsInCityscapes(Style style, Split split) {
    Dataset scenes = Streets.dataset(style, split, SCENES, 256, 128, SPACE);
    long[] pixels = new long[256];
    for (int i = 0; i < SCENES; i++) {
      for (byte id : scenes.readLabels(i).trainIds()) {
        pixels[id & 0xFF]++;
      }
    }
    long labelled = 0;
    for (int id = 0; id < SPACE.classes(); id++) {
      labelled += pixels[id];
    }
    assertThat(labelled + pixels[LabelSpace.IGNORE]).isEqualTo((long) SCENES * 256 * 128);
    assertThat(pixels[LabelSpace.IGNORE]).isLessThan(labelled / 25);
    for (int id = 0; id < SPACE.classes(); id++) {
      double share = 100.0 * pixels[id] / labelled;
      double[] band = BANDS.get(SPACE.className(id));
      assertThat(share).as(SPACE.className(id)).isBetween(band[0], band[1]);
    }
  }
}
