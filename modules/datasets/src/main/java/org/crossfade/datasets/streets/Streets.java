package org.crossfade.datasets.streets;

import java.util.Objects;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;

/**
 * Generated street scenes with exact labels for all 19 classes of Cityscapes, in two styles of
 * rendering. Scenes are drawn when they are read; nothing is stored and nothing is downloaded. The
 * bytes depend only on (style, split, index, size), on every platform.
 *
 * <p>The 18 cities take turns, so any 18 consecutive scenes have one of each; the city is the first
 * part of the id ({@code aachen_000000}, {@code bochum_000001}, ...). Scenes of {@link Split#VAL}
 * are numbered from 500000. Source and target share no scene, nor do the splits.
 */
public final class Streets {
  /** The largest side of a picture, in pixels. */
  public static final int MAX_SIDE = 4096;

  private static final int MIN_SIDE = 32;

  private Streets() {}

  /**
   * Returns the first {@code count} scenes of a split.
   *
   * @param style how scenes are rendered
   * @param split which scenes
   * @param count number of scenes, 1 to 500000
   * @param width W in pixels, 32 to {@link #MAX_SIDE}; scenes are composed for W = 2 H, other
   *     shapes see more or less of the sides
   * @param height H in pixels, 32 to {@link #MAX_SIDE}
   * @param space the label space; classes that it lacks are 255
   * @throws IllegalArgumentException if a number is out of range
   */
  public static Dataset dataset(
      Style style, Split split, int count, int width, int height, LabelSpace space) {
    return dataset(style, split, count, width, height, space, style.parameters());
  }

  /**
   * Returns the first {@code count} scenes of a split, rendered with constants of one's own, for
   * example {@code StyleParameters.TARGET.atGap(0.5)}.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  public static Dataset dataset(
      Style style,
      Split split,
      int count,
      int width,
      int height,
      LabelSpace space,
      StyleParameters parameters) {
    Objects.requireNonNull(parameters, "parameters");
    requireSizes(count, width, height);
    return new StreetsDataset(style, split, count, width, height, space, parameters);
  }

  /** Refuses what cannot be generated. */
  static void requireSizes(int count, int width, int height) {
    check("count", count, 1, Split.VAL.firstNumber());
    check("width", width, MIN_SIDE, MAX_SIDE);
    check("height", height, MIN_SIDE, MAX_SIDE);
  }

  private static void check(String name, int value, int low, int high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          "The "
              + name
              + " of Streets is a whole number from "
              + low
              + " to "
              + high
              + ", found "
              + value
              + ".");
    }
  }
}
