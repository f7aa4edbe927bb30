package org.crossfade.datasets;

import java.util.Map;
import java.util.Optional;

/**
 * Which data to read; where it lies is for {@link DataRoots}.
 *
 * @param name the data set
 * @param split {@code train} for GTA5, SYNTHIA and Synscapes; {@code train}, {@code val} or {@code
 *     test} for Cityscapes; {@code train} (unlabelled) or {@code test} for Cross-City; for a folder
 *     {@code all} or the name of a list {@code lists/<split>.txt}
 * @param alias the name under which the root is looked up, if not the data set's own: tells several
 *     folders apart
 * @param city of Cross-City; required there
 * @param list a list file of images instead of all that the tree holds: absolute, or below the data
 *     root, or else below the working directory
 * @param labelTable of a folder: raw id (as text) to one of the 19 train ids, 255, or a class name;
 *     without it the files hold the 19 train ids
 * @param laneMarkingsAsRoad of SYNTHIA: true as in PixDA; false, the default, ignores them
 */
public record DatasetOptions(
    DatasetName name,
    String split,
    Optional<String> alias,
    Optional<City> city,
    Optional<String> list,
    Optional<Map<String, String>> labelTable,
    Optional<Boolean> laneMarkingsAsRoad) {

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

  /** Options of a data set without any but its split. */
  public static DatasetOptions of(DatasetName name, String split) {
    return new DatasetOptions(
        name,
        split,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
