package org.crossfade.datasets.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.data.SampleTransform.RandomCrop;
import org.crossfade.core.data.SampleTransform.RandomFlip;
import org.crossfade.core.data.SampleTransform.RandomScaleCrop;
import org.crossfade.core.data.SampleTransform.Resize;
import org.junit.jupiter.api.Test;

class TransformsTest {
  /** Red is the column, green the row, and the label is the column: geometry can be read off. */
  private static Sample coordinates(int height, int width) {
    byte[] rgb = new byte[height * width * 3];
    byte[] ids = new byte[height * width];
    for (int i = 0; i < ids.length; i++) {
      rgb[3 * i] = (byte) (i % width);
      rgb[3 * i + 1] = (byte) (i / width);
      rgb[3 * i + 2] = (byte) 200;
      ids[i] = (byte) (i % width);
    }
    return new Sample(
        "s", new Image(height, width, rgb), Optional.of(new LabelMap(height, width, ids)));
  }

  @Test
  void halvingAnEdgeGivesPillowsOvershoot() {
    // Taps of in/out = 2 around the centres 1, 3, 5, 7: computed by hand from the cubic kernel,
    // -3.2 and 258.2 clipped to 0 and 255.
    Image edge =
        new Image(
            1,
            8,
            new byte[] {
              0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1
            });
    assertThat(PillowBicubic.resize(edge, 4, 1).rgb())
        .containsExactly(0, 0, 0, 17, 17, 17, 238, 238, 238, 255, 255, 255);
  }

  @Test
  void constantImagesStayConstant() {
    byte[] grey = new byte[7 * 5 * 3];
    Arrays.fill(grey, (byte) 173);
    Image image = new Image(7, 5, grey);
    assertThat(PillowBicubic.resize(image, 13, 3).rgb()).containsOnly((byte) 173);
    assertThat(PillowBicubic.resize(image, 2, 20).rgb()).containsOnly((byte) 173);
    assertThat(PillowBicubic.resize(image, 5, 7)).isSameAs(image);
  }

  @Test
  void nearestRulesDifferByHalfAPixel() {
    LabelMap row = new LabelMap(1, 4, new byte[] {0, 1, 2, 3});
    assertThat(NearestResize.CENTRE.resize(row, 2, 1).trainIds()).containsExactly(1, 3);
    assertThat(NearestResize.FLOOR.resize(row, 2, 1).trainIds()).containsExactly(0, 2);
    assertThat(NearestResize.CENTRE.resize(row, 3, 1).trainIds()).containsExactly(0, 2, 3);
  }

  @Test
  void resizeBringsImageAndLabelsOfDifferentSizesTogether() {
    Sample odd =
        new Sample(
            "s", new Image(4, 4, new byte[48]), Optional.of(new LabelMap(2, 2, new byte[4])));
    Sample resized = SampleTransforms.apply(new Resize(3, 5), odd, 0);
    assertThat(resized.image().width()).isEqualTo(3);
    assertThat(resized.labels().orElseThrow().height()).isEqualTo(5);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> SampleTransforms.apply(new RandomCrop(1, 1), odd, 0))
        .withMessageContaining("'s'");
  }

  @Test
  void cropTakesOneWindowFromImageAndLabelsAndReachesEveryOrigin() {
    Sample sample = coordinates(6, 8);
    Set<List<Integer>> origins = new HashSet<>();
    Random seeds = new Random(1);
    for (int draw = 0; draw < 500; draw++) {
      Sample crop = SampleTransforms.apply(new RandomCrop(5, 4), sample, seeds.nextLong());
      int x = crop.image().rgb()[0];
      int y = crop.image().rgb()[1];
      origins.add(List.of(x, y));
      assertThat(crop.labels().orElseThrow().at(3, 4)).isEqualTo(x + 4);
      assertThat(crop.image().rgb()[crop.image().rgb().length - 2]).isEqualTo((byte) (y + 3));
    }
    assertThat(origins).hasSize(4 * 3);
  }

  @Test
  void windowLargerThanTheImageIsSurroundedByBlackAndIgnored() {
    Sample sample = coordinates(2, 3);
    Sample crop = SampleTransforms.apply(new RandomCrop(5, 4), sample, 9);
    int ignored = 0;
    for (int i = 0; i < 20; i++) {
      boolean outside = crop.labels().orElseThrow().trainIds()[i] == (byte) 255;
      ignored += outside ? 1 : 0;
      assertThat(crop.image().rgb()[3 * i + 2]).isEqualTo(outside ? 0 : (byte) 200);
    }
    assertThat(ignored).isEqualTo(20 - 6);
  }

  @Test
  void scaleOneCropsWithoutResampling() {
    Sample sample = coordinates(6, 8);
    Sample crop = SampleTransforms.apply(new RandomScaleCrop(1, 1, 8, 6), sample, 3);
    assertThat(crop).isEqualTo(sample);
    Sample small = SampleTransforms.apply(new RandomScaleCrop(0.5, 1.5, 4, 3), sample, 3);
    assertThat(small.image().width()).isEqualTo(4);
    assertThat(small.labels().orElseThrow().height()).isEqualTo(3);
  }

  @Test
  void flipMirrorsImageAndLabelsTogetherWithItsProbability() {
    Sample sample = coordinates(2, 5);
    Sample flipped = SampleTransforms.apply(new RandomFlip(1), sample, 0);
    assertThat(flipped.image().rgb()[0]).isEqualTo((byte) 4);
    assertThat(flipped.labels().orElseThrow().at(1, 0)).isEqualTo(4);
    assertThat(SampleTransforms.apply(new RandomFlip(1), flipped, 0)).isEqualTo(sample);
    Random seeds = new Random(2);
    int flips = 0;
    for (int draw = 0; draw < 2000; draw++) {
      boolean same =
          SampleTransforms.apply(new RandomFlip(0.25), sample, seeds.nextLong()).equals(sample);
      flips += same ? 0 : 1;
    }
    assertThat(flips).isBetween(420, 580);
  }

  @Test
  void equalSeedsGiveEqualPixels() {
    Sample sample = coordinates(20, 30);
    var transforms =
        List.of(new RandomScaleCrop(0.5, 1.5, 12, 8), new RandomFlip(0.5), new Resize(7, 7));
    assertThat(SampleTransforms.apply(List.copyOf(transforms), sample, 42))
        .isEqualTo(SampleTransforms.apply(List.copyOf(transforms), sample, 42))
        .isNotEqualTo(SampleTransforms.apply(List.copyOf(transforms), sample, 43));
  }

  @Test
  void impossibleTransformsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Resize(0, 5));
    assertThatIllegalArgumentException().isThrownBy(() -> new RandomScaleCrop(1.5, 0.5, 4, 4));
    assertThatIllegalArgumentException().isThrownBy(() -> new RandomFlip(1.5));
  }

  @Test
  void windowOfAResizedSampleIsWhatTheWholeResizedSampleShowsThere() {
    var random = new Random(3);
    byte[] rgb = new byte[37 * 53 * 3];
    byte[] ids = new byte[37 * 53];
    random.nextBytes(rgb);
    random.nextBytes(ids);
    var image = new Image(37, 53, rgb);
    var labels = new LabelMap(37, 53, ids);
    for (int i = 0; i < 200; i++) {
      // Every third keeps its width, every fourth its height.
      int width = i % 3 == 0 ? 53 : 1 + random.nextInt(100);
      int height = i % 4 == 0 ? 37 : 1 + random.nextInt(100);
      int x = random.nextInt(width);
      int y = random.nextInt(height);
      var window =
          new PillowBicubic.Window(
              x, y, 1 + random.nextInt(width - x), 1 + random.nextInt(height - y));

      Image seen = PillowBicubic.resize(image, width, height, window);
      LabelMap seenLabels = NearestResize.CENTRE.resize(labels, width, height, window);

      Image whole = PillowBicubic.resize(image, width, height);
      LabelMap wholeLabels = NearestResize.CENTRE.resize(labels, width, height);
      assertThat(seen.rgb()).isEqualTo(part(whole.rgb(), width, window, 3));
      assertThat(seenLabels.trainIds()).isEqualTo(part(wholeLabels.trainIds(), width, window, 1));
    }
  }

  private static byte[] part(byte[] data, int width, PillowBicubic.Window window, int channels) {
    byte[] out = new byte[window.width() * window.height() * channels];
    int row = window.width() * channels;
    for (int y = 0; y < window.height(); y++) {
      int from = ((window.y() + y) * width + window.x()) * channels;
      System.arraycopy(data, from, out, y * row, row);
    }
    return out;
  }
}
