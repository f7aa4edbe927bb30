package org.crossfade.datasets.streets;

import java.util.Optional;
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
 * @param wrongLabels the share of training images, above 0 and at most 1, in which classes that are
 *     easily taken for each other have changed places (road and sidewalk, building and wall,
 *     vegetation and terrain, person and rider, car and truck, traffic light and traffic sign);
 *     absent: every label is right
 */
public record StreetsOptions(
    Split split, Style style, int count, int width, int height, Optional<Double> wrongLabels)
    implements DatasetOptions {
  private static final String NAME = "streets";

  /** Checks the ranges. */
  public StreetsOptions {
    Streets.requireSizes(count, width, height);
    if (wrongLabels.isPresent()) {
      double share = wrongLabels.get();
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException(
            "wrong-labels is a share of images, above 0 and at most 1, found " + share);
      }
      if (split == Split.VAL) {
        throw new IllegalArgumentException(
            "wrong-labels belongs to split train: scores against wrong labels say nothing");
      }
    }
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
    Dataset right = Streets.dataset(style, split, count, width, height, space);
    return wrongLabels.<Dataset>map(share -> new WrongLabels(right, share)).orElse(right);
  }

  /** Throws: there are no files to list. */
  @Override
  public DatasetOptions withList(String file) {
    throw new IllegalArgumentException(
        "streets is generated and has no files that '" + file + "' could list; remove the list");
  }
}
