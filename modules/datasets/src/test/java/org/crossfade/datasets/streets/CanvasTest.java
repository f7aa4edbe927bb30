package org.crossfade.datasets.streets;

import static org.assertj.core.api.Assertions.assertThat;

import org.crossfade.datasets.streets.Surface.Plane;
import org.junit.jupiter.api.Test;

final class CanvasTest {
  private static final Surface GREY = new Surface(Plane.FRONT, 1, Material.plain(Rgb.grey(0.5)), 1);

  @Test
  void aPixelBelongsToThePolygonThatHoldsItsCentre() {
    Canvas canvas = new Canvas(4, 3);
    canvas.fill(
        GREY,
        SceneClass.CAR,
        new double[] {0.6, 2.5, 2.5, 0.6},
        new double[] {0.5, 0.5, 1.51, 1.51},
        4);
    byte car = SceneClass.CAR.trainId();
    assertThat(canvas.labels()).containsExactly(0, car, 0, 0, 0, car, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void neighboursThatShareAnEdgeLeaveNoGapAndDoNotOverlap() {
    double[] ys = {-1, 9, 9, -1};
    Canvas canvas = new Canvas(8, 8);
    canvas.fill(GREY, SceneClass.BUILDING, new double[] {-1, -1, 5.2, 2.7}, ys, 4);
    byte[] left = canvas.labels().clone();
    canvas.fill(GREY, SceneClass.SKY, new double[] {2.7, 5.2, 99, 99}, ys, 4);
    byte[] both = canvas.labels();
    for (int i = 0; i < both.length; i++) {
      byte expected = left[i] == 0 ? SceneClass.SKY.trainId() : SceneClass.BUILDING.trainId();
      assertThat(both[i]).isEqualTo(expected);
    }
  }

  @Test
  void markingsAndShadowsKeepTheLabel() {
    Canvas canvas = new Canvas(2, 2);
    double[] xs = {0, 2, 2, 0};
    double[] ys = {0, 0, 2, 2};
    canvas.fill(GREY, SceneClass.TERRAIN, xs, ys, 4);
    canvas.mark(GREY, xs, ys, 4);
    canvas.shade(0.5f, xs, ys, 4);
    assertThat(canvas.labels()).containsOnly(SceneClass.TERRAIN.trainId());
    assertThat(canvas.surfaceAt(0)).isEqualTo(1);
    assertThat(canvas.lightAt(3)).isEqualTo(0.5f);
  }

  @Test
  void polesThinnerThanAPixelAreDrawnOnePixelWide() {
    Canvas canvas = new Canvas(20, 10);
    Brush brush = new Brush(canvas, new Camera(10, 1, 5, 10), new Light(0, 1));
    brush.rectangle(SceneClass.POLE, Material.plain(Rgb.grey(0.4)), 40, 3.0, 3.1, -20, 20);
    for (int row = 0; row < 10; row++) {
      int found = 0;
      for (int column = 0; column < 20; column++) {
        found += canvas.labels()[row * 20 + column] == SceneClass.POLE.trainId() ? 1 : 0;
      }
      assertThat(found).isEqualTo(1);
    }
  }
}
