package org.crossfade.datasets.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.data.SampleTransform.BalancedCrop;
import org.crossfade.core.data.SampleTransform.FitInside;
import org.junit.jupiter.api.Test;

/** The geometry of mmsegmentation's pipelines. */
class MmsegTransformsTest {
  private static Sample grey(int width, int height) {
    return new Sample(
        "s",
        new Image(height, width, new byte[height * width * 3]),
        Optional.of(new LabelMap(height, width, new byte[height * width])));
  }

  /** GTA5 in a box of 2560x1440 is 1407 high: the aspect stays. */
  @Test
  void fitsInsideTheBoxWithItsAspect() {
    Sample fitted = SampleTransforms.apply(new FitInside(2560, 1440), grey(1914, 1052), 0);

    assertThat(fitted.image().width()).isEqualTo(2560);
    assertThat(fitted.image().height()).isEqualTo(1407);
    assertThat(fitted.labels().orElseThrow().height()).isEqualTo(1407);
  }

  @Test
  void anUprightImageTurnsTheBox() {
    Sample fitted = SampleTransforms.apply(new FitInside(40, 20), grey(10, 20), 0);

    assertThat(fitted.image().width()).isEqualTo(20);
    assertThat(fitted.image().height()).isEqualTo(40);
  }

  @Test
  void bilinearResizingMixesCellsOnCells() {
    byte[] row = {0, 0, 0, 100, 100, 100};

    byte[] wide = BilinearResize.resize(new Image(1, 2, row), 4, 1).rgb();

    assertThat(new int[] {wide[0], wide[3], wide[6], wide[9]}).containsExactly(0, 25, 75, 100);
    assertThat(BilinearResize.resize(new Image(1, 2, row), 1, 1).rgb()).containsExactly(50, 50, 50);
  }

  /** The left half has class 0, the right half class 1: only the middle column of windows mixes. */
  @Test
  void aBalancedCropAvoidsWindowsOfOneClass() {
    byte[] ids = new byte[8 * 64];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (byte) (i % 64 < 32 ? 0 : 1);
    }
    var sample =
        new Sample(
            "s", new Image(8, 64, new byte[ids.length * 3]), Optional.of(new LabelMap(8, 64, ids)));
    int free = 0;
    int balanced = 0;
    for (int seed = 0; seed < 100; seed++) {
      free += mixed(SampleTransforms.apply(new BalancedCrop(16, 8, 1), sample, seed));
      balanced += mixed(SampleTransforms.apply(new BalancedCrop(16, 8, 0.75), sample, seed));
    }
    assertThat(free).isLessThan(60);
    assertThat(balanced).isGreaterThan(70);
  }

  private static int mixed(Sample sample) {
    LabelMap map = sample.labels().orElseThrow();
    return map.at(0, 0) != map.at(0, map.width() - 1) ? 1 : 0;
  }

  @Test
  void aShareOutOfRangeIsRefused() {
    assertThatThrownBy(() -> new BalancedCrop(1, 1, 0)).hasMessageContaining("largest-share");
  }
}
