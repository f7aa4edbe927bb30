package org.crossfade.datasets.streets;

import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.OptionKind;
import org.crossfade.datasets.DataRoots;
import org.crossfade.datasets.DatasetOptions;

/**
 * Which scenes of {@link Streets} to generate.
 *
 * @param split which scenes
 * @param style how scenes are rendered
 * @param count the number of scenes
 * @param width W in pixels
 * @param height H in pixels
 */
public record StreetsOptions(Split split, Style style, int count, int width, int height)
    implements DatasetOptions {
  private static final String NAME = "streets";

  /** Checks the ranges. */
  public StreetsOptions {
    Streets.requireSizes(count, width, height);
  }

  /** Makes the data set known. */
  public static final class Kind implements OptionKind {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Class<StreetsOptions> options() {
      return StreetsOptions.class;
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  /** Makes the data set; nothing is drawn yet, and roots have no part in it. */
  @Override
  public Dataset open(LabelSpace space, DataRoots roots) {
    return Streets.dataset(style, split, count, width, height, space);
  }

  /** Throws: there are no files to list. */
  @Override
  public DatasetOptions withList(String file) {
    throw new IllegalArgumentException(
        "streets is generated and has no files that '" + file + "' could list; remove the list");
  }
}
