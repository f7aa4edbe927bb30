package org.crossfade.datasets;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.datasets.streets.Split;
import org.crossfade.datasets.streets.Streets;
import org.crossfade.datasets.streets.Style;

/**
 * Which data to read; where it lies is for {@link DataRoots}.
 *
 * @param name the data set
 * @param split {@code train} for GTA5, SYNTHIA and Synscapes; {@code train}, {@code val} or {@code
 *     test} for Cityscapes; {@code train} (unlabelled) or {@code test} for Cross-City; for a folder
 *     {@code all} or the name of a list {@code lists/<split>.txt}; {@code train} or {@code val} for
 *     Streets
 * @param alias the name under which the root is looked up, if not the data set's own: tells several
 *     folders apart
 * @param city of Cross-City; required there
 * @param list a list file of images instead of all that the tree holds: absolute, or below the data
 *     root, or else below the working directory
 * @param labelTable of a folder: raw id (as text) to one of the 19 train ids, 255, or a class name;
 *     without it the files hold the 19 train ids
 * @param laneMarkingsAsRoad of SYNTHIA: true as in PixDA; false, the default, ignores them
 * @param streets how many scenes of Streets to generate, and how; required there
 */
public record DatasetOptions(
    DatasetName name,
    String split,
    Optional<String> alias,
    Optional<City> city,
    Optional<String> list,
    Optional<Map<String, String>> labelTable,
    Optional<Boolean> laneMarkingsAsRoad,
    Optional<StreetsOptions> streets) {

  /** Checks that the options fit the data set. */
  public DatasetOptions {
    requireSplit(name, split);
    requireOwner(name, DatasetName.CROSS_CITY, "city", city.isPresent());
    requireOwner(name, DatasetName.FOLDER, "label-table", labelTable.isPresent());
    requireOwner(
        name, DatasetName.SYNTHIA, "lane-markings-as-road", laneMarkingsAsRoad.isPresent());
    requireOwner(name, DatasetName.STREETS, "streets", streets.isPresent());
    if (name == DatasetName.CROSS_CITY && city.isEmpty()) {
      throw new IllegalArgumentException("cross-city needs city = rio, rome, taipei or tokyo");
    }
    if (name == DatasetName.STREETS && streets.isEmpty()) {
      throw new IllegalArgumentException(
          "streets needs streets { style, count, width, height } to say what to generate");
    }
    if (name == DatasetName.STREETS && (list.isPresent() || alias.isPresent())) {
      throw new IllegalArgumentException(
          "streets is generated: the options list and alias have no meaning; remove them");
    }
    labelTable.ifPresent(table -> RawLabelTable.parse(name.key(), LabelSpace.of(19), table));
  }

  /**
   * What Streets generates.
   *
   * @param style how scenes are rendered
   * @param count the number of scenes
   * @param width W in pixels
   * @param height H in pixels
   */
  public record StreetsOptions(Style style, int count, int width, int height) {
    /** Checks the ranges. */
    public StreetsOptions {
      // Making the data set draws nothing; it refuses what it cannot generate.
      requireSize(style, count, width, height);
    }

    private static void requireSize(Style style, int count, int width, int height) {
      Dataset made = Streets.dataset(style, Split.TRAIN, count, width, height, LabelSpace.of(19));
      if (made.size() != count) {
        throw new IllegalArgumentException("count: " + count + " scenes cannot be generated");
      }
    }
  }

  /** The cities of Cross-City. */
  public enum City {
    /** Rio de Janeiro. */
    RIO("Rio"),
    /** Rome. */
    ROME("Rome"),
    /** Taipei. */
    TAIPEI("Taipei"),
    /** Tokyo. */
    TOKYO("Tokyo");

    private final String folder;

    City(String folder) {
      this.folder = folder;
    }

    /** The city's folder in the published tree. */
    public String folder() {
      return folder;
    }
  }

  /** Returns these options with a list file of images. */
  public DatasetOptions withList(String file) {
    return new DatasetOptions(
        name, split, alias, city, Optional.of(file), labelTable, laneMarkingsAsRoad, streets);
  }

  /** Options of a data set without any but its split. */
  public static DatasetOptions of(DatasetName name, String split) {
    return new DatasetOptions(
        name,
        split,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Options of the generated data set. */
  public static DatasetOptions streets(Split split, StreetsOptions streets) {
    return new DatasetOptions(
        DatasetName.STREETS,
        split.key(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(streets));
  }

  private static void requireSplit(DatasetName name, String split) {
    List<String> splits =
        switch (name) {
          case GTA5, SYNTHIA, SYNSCAPES -> List.of("train");
          case CITYSCAPES -> List.of("train", "val", "test");
          case CROSS_CITY -> List.of("train", "test");
          case STREETS -> List.of("train", "val");
          case FOLDER -> List.of(split);
        };
    if (!splits.contains(split)) {
      throw new IllegalArgumentException(
          name.key() + " has no split '" + split + "'; valid: " + String.join(", ", splits));
    }
  }

  private static void requireOwner(
      DatasetName name, DatasetName owner, String option, boolean present) {
    if (present && name != owner) {
      throw new IllegalArgumentException(
          "the option "
              + option
              + " is for "
              + owner.key()
              + " only, not for "
              + name.key()
              + "; remove it");
    }
  }
}
