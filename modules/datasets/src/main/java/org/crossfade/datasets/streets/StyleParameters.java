package org.crossfade.datasets.streets;

import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The constants of a style of rendering. Everything that separates the two domains is in here and
 * in the colours of {@link City}; the plans of the streets come from one distribution, apart from
 * the three layout constants in the middle.
 *
 * <p>The first constants change all of a picture in one way, which a network may follow by its
 * statistics alone. The last ones are shares of things that the game does not have, class by class.
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
 * @param surfaces share of roads, sidewalks, houses, walls and fences that are made of other
 *     materials than the game's, 0 to 1
 * @param season share of trees, hedges and lawns that have had autumn or winter, 0 to 1
 * @param fleet share of vehicles whose bodies are others than the game's, 0 to 1
 * @param markings share of carriageways that are painted and patched as no road of the game is, 0
 *     to 1
 * @param fittings share of poles, lights and signs of other makes than the game's, 0 to 1
 * @param clothing share of people who are dressed for the weather, and of two-wheelers that carry
 *     something, 0 to 1
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
    double density,
    double surfaces,
    double season,
    double fleet,
    double markings,
    double fittings,
    double clothing) {

  /** The game. */
  public static final StyleParameters SOURCE =
      new StyleParameters(
          0, 1.15, 1.08, 1.0, 0, 0.0015, 0.8, 0.6, 0, 0.4, 0.004, 1.42, 0.445, 0.95, 0, 0, 0, 0, 0,
          0);

  /** The camera in a German city. */
  public static final StyleParameters TARGET =
      new StyleParameters(
          0.3, 1.0, 1.04, 0.95, 0.3, 0.002, 0.65, 0.7, 0.15, 0.5, 0.006, 1.3, 0.45, 1.0, 0.6, 0.6,
          0.6, 0.6, 0.6, 0.6);

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
        lerp(from.density, density, gap),
        Math.min(1, lerp(from.surfaces, surfaces, gap)),
        Math.min(1, lerp(from.season, season, gap)),
        Math.min(1, lerp(from.fleet, fleet, gap)),
        Math.min(1, lerp(from.markings, markings, gap)),
        Math.min(1, lerp(from.fittings, fittings, gap)),
        Math.min(1, lerp(from.clothing, clothing, gap)));
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
            density,
            surfaces,
            season,
            fleet,
            markings,
            fittings,
            clothing)
        .mapToObj(Double::toHexString)
        .collect(Collectors.joining(" "));
  }

  private static double lerp(double from, double to, double share) {
    return from * (1 - share) + to * share;
  }
}
