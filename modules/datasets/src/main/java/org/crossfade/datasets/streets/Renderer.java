package org.crossfade.datasets.streets;

import java.util.Arrays;
import java.util.Optional;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;

/**
 * Draws the scene that belongs to (style, split, index) at the size asked for. All arithmetic is
 * integer, IEEE double, or {@link StrictMath}, so the bytes are the same on every platform.
 */
final class Renderer {
  private static final double FOCAL = 1.9;

  private final Style style;
  private final StyleParameters parameters;
  private final Split split;
  private final int width;
  private final int height;
  private final byte[] idOf19 = new byte[256];

  Renderer(
      Style style,
      StyleParameters parameters,
      Split split,
      int width,
      int height,
      LabelSpace space) {
    this.style = style;
    this.parameters = parameters;
    this.split = split;
    this.width = width;
    this.height = height;
    Arrays.fill(idOf19, (byte) LabelSpace.IGNORE);
    LabelSpace all = LabelSpace.of(19);
    for (int id = 0; id < all.classes(); id++) {
      idOf19[id] = (byte) space.idOf(all.className(id)).orElse(LabelSpace.IGNORE);
    }
  }

  /** Returns picture and labels of a scene under the given id. */
  Sample sample(String id, int index) {
    Draw draw = stream(index);
    Draw layout = draw.fork();
    Draw look = draw.fork();
    long noise = draw.next();
    City city = City.of(index);
    Palette palette = new Palette(parameters, city, look);
    Light light =
        new Light(
            Math.min(1, parameters.sun() * look.between(0.5, 1.3)), look.chance(0.5) ? 1 : -1);
    Camera camera = camera(layout);
    Canvas canvas = paint(layout, palette, camera, light);
    double mist = blend(1, city.mist()) * look.between(0.6, 1.4);
    Rgb veil = palette.horizon.times(0.96);
    float[][] planes =
        new Shader(canvas, camera, parameters.texture(), parameters.haze() * mist, veil).shade();
    Rgb cast = Rgb.grey(1).mix(city.cast(), parameters.tint());
    double day = parameters.exposure() * blend(1, city.daylight()) * look.between(0.95, 1.05);
    byte[] rgb = new Exposure(parameters, cast.times(day), noise).develop(planes, width, height);
    return new Sample(id, new Image(height, width, rgb), Optional.of(labels(canvas)));
  }

  /** Returns the train ids of a scene alone, without shading it. */
  LabelMap labels(int index) {
    Draw draw = stream(index);
    Draw layout = draw.fork();
    Palette palette = new Palette(parameters, City.of(index), draw.fork());
    return labels(paint(layout, palette, camera(layout), new Light(0, 1)));
  }

  private LabelMap labels(Canvas canvas) {
    byte[] ids = canvas.labels();
    for (int i = 0; i < ids.length; i++) {
      ids[i] = idOf19[ids[i] & 0xFF];
    }
    return new LabelMap(height, width, ids);
  }

  private Draw stream(int index) {
    return Draw.of(style.stream(), split.firstNumber(), index);
  }

  private double blend(double game, double city) {
    return game + (city - game) * parameters.palette();
  }

  private Camera camera(Draw draw) {
    return new Camera(
        FOCAL * height,
        parameters.cameraHeight() * draw.between(0.94, 1.06),
        height * (parameters.horizon() + draw.between(-0.025, 0.025)),
        width * 0.5 + height * draw.between(-0.16, 0.16));
  }

  private Canvas paint(Draw layout, Palette palette, Camera camera, Light light) {
    Canvas canvas = new Canvas(width, height);
    Scene.draw(parameters, palette, layout).paint(new Brush(canvas, camera, light));
    return canvas;
  }
}
