package org.crossfade.datasets.streets;

import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The constants of a style of rendering. Everything that separates the two domains is in here and
 * in the colours of {@link City}; the scenes themselves come from one distribution, apart from the
 * three layout constants at the end.
 *
 * @param palette how far colours go from the game's to the city's own, 0 to 1
 * @param saturation factor on the distance of each channel from the pixel's grey, 1 leaves it
 * @param contrast factor on the distance from middle grey, 1 leaves it
 * @param exposure factor on brightness, 1 leaves it
 * @param tint strength of the city's colour cast, 0 to 1
 * @param haze share of light scattered in per metre of distance, 1/m
 * @param sun strength of direct sunlight, 0 to 1
 * @param texture amplitude of surface texture, 1 is that of real asphalt and leaves
 * @param vignette darkening in the corners, 0 to 1
 * @param blur standard deviation of the lens blur in pixels of a picture 256 pixels high
 * @param noise standard deviation of the sensor noise as a share of full scale
 * @param cameraHeight mean height of the camera above the road in metres
 * @param horizon mean row of the horizon as a share of the picture's height
 * @param density factor on the number of people, vehicles and street furniture
 */
public record StyleParameters(
    double palette,
    double saturation,
    double contrast,
    double exposure,
    double tint,
    double haze,
    double sun,
    double texture,
    double vignette,
    double blur,
    double noise,
    double cameraHeight,
    double horizon,
    double density) {

  /** The game. */
  public static final StyleParameters SOURCE =
      new StyleParameters(
          0, 1.15, 1.08, 1.0, 0, 0.0015, 0.8, 0.6, 0, 0.4, 0.004, 1.42, 0.445, 0.95);

  /** The camera in a German city. */
  public static final StyleParameters TARGET =
      new StyleParameters(
          0.6, 0.95, 1.02, 0.95, 0.6, 0.0035, 0.3, 0.8, 0.25, 0.6, 0.015, 1.3, 0.45, 1.0);

  /**
   * Returns the constants {@code gap} of the way from {@link #SOURCE} to these: 0 is the game, 1 is
   * this style, values up to 1.5 exaggerate it.
   *
   * @throws IllegalArgumentException if {@code gap} is outside of [0, 1.5]
   */
  public StyleParameters atGap(double gap) {
    if (!(gap >= 0 && gap <= 1.5)) {
      throw new IllegalArgumentException(
          "The gap between the styles of Streets is a number from 0 to 1.5, found "
              + gap
              + "; 1 is the data set as published, 0 renders the target like the source.");
    }
    StyleParameters from = SOURCE;
    return new StyleParameters(
        Math.min(1, lerp(from.palette, palette, gap)),
        Math.max(0, lerp(from.saturation, saturation, gap)),
        lerp(from.contrast, contrast, gap),
        lerp(from.exposure, exposure, gap),
        lerp(from.tint, tint, gap),
        Math.max(0, lerp(from.haze, haze, gap)),
        Math.max(0, Math.min(1, lerp(from.sun, sun, gap))),
        lerp(from.texture, texture, gap),
        Math.max(0, lerp(from.vignette, vignette, gap)),
        Math.max(0, lerp(from.blur, blur, gap)),
        Math.max(0, lerp(from.noise, noise, gap)),
        lerp(from.cameraHeight, cameraHeight, gap),
        lerp(from.horizon, horizon, gap),
        lerp(from.density, density, gap));
  }

  /** Returns all constants exactly, in a spelling that no Java release changes. */
  String spelled() {
    return DoubleStream.of(
            palette,
            saturation,
            contrast,
            exposure,
            tint,
            haze,
            sun,
            texture,
            vignette,
            blur,
            noise,
            cameraHeight,
            horizon,
            density)
        .mapToObj(Double::toHexString)
        .collect(Collectors.joining(" "));
  }

  private static double lerp(double from, double to, double share) {
    return from * (1 - share) + to * share;
  }
}
