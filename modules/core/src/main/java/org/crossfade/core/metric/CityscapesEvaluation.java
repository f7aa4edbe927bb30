package org.crossfade.core.metric;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The pixel-level scores of the Cityscapes benchmark, from raw label ids, as cityscapesScripts
 * defines them (instance-level scores left out).
 *
 * <p>Some ids are ignored in evaluation. Pixels whose ground truth is such an id count nowhere;
 * predictions of such an id are misses of the true class. A class's false positives are the pixels
 * of the other evaluated classes. A category pools its evaluated classes: confusions inside it are
 * correct.
 */
public final class CityscapesEvaluation {
  /** Raw ids are 0 to 33. */
  public static final int IDS = 34;

  /** The categories, in the order of {@link #categoryIou}. */
  public static final List<String> CATEGORIES =
      List.of("void", "flat", "construction", "object", "nature", "sky", "human", "vehicle");

  /** The category of each raw id, by its place in {@link #CATEGORIES}. */
  private static final int[] CATEGORY_OF = {
    0,
    0,
    0,
    0,
    0,
    0,
    0, // unlabeled to ground
    1,
    1,
    1,
    1, // road, sidewalk, parking, rail track
    2,
    2,
    2,
    2,
    2,
    2, // building, wall, fence, guard rail, bridge, tunnel
    3,
    3,
    3,
    3, // pole, polegroup, traffic light, traffic sign
    4,
    4, // vegetation, terrain
    5, // sky
    6,
    6, // person, rider
    7,
    7,
    7,
    7,
    7,
    7,
    7,
    7 // car, truck, bus, caravan, trailer, train, motorcycle, bicycle
  };

  /** The raw id of no class: predicted, it is a miss. */
  private static final int UNLABELED = 0;

  private static final boolean[] EVALUATED = new boolean[IDS];

  static {
    for (int id :
        new int[] {7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33}) {
      EVALUATED[id] = true;
    }
  }

  // The licence plate of the label files is -1, and is left out with everything that has no id.
  private final ConfusionMatrix matrix = new ConfusionMatrix(IDS, -1);

  /**
   * Counts the pixels of one or several images.
   *
   * @param labelIds ground truth, raw ids 0 to 33
   * @param predictionIds as many raw ids; any other number, such as 255, is a miss wherever the
   *     label counts
   * @throws IllegalArgumentException if the sizes differ or a label is no id
   */
  public void add(int[] labelIds, int[] predictionIds) {
    matrix.add(
        labelIds,
        Arrays.stream(predictionIds).map(id -> id < 0 || id >= IDS ? UNLABELED : id).toArray());
  }

  /** The counts, 34·34, rows by ground truth; a copy. */
  public long[] confusion() {
    return matrix.toArray();
  }

  /**
   * IoU of each raw id, [34]: NaN for ids ignored in evaluation and for those that do not occur.
   */
  public double[] classIou() {
    return IntStream.range(0, IDS)
        .mapToDouble(id -> EVALUATED[id] ? iou(only(id)) : Double.NaN)
        .toArray();
  }

  /** IoU of each of {@link #CATEGORIES}: NaN for {@code void} and for those that do not occur. */
  public double[] categoryIou() {
    return IntStream.range(0, CATEGORIES.size())
        .mapToDouble(category -> iou(members(category)))
        .toArray();
  }

  /** The mean of the defined class scores: the benchmark's figure. */
  public double meanClassIou() {
    return meanOfDefined(classIou());
  }

  /** The mean of the defined category scores. */
  public double meanCategoryIou() {
    return meanOfDefined(categoryIou());
  }

  private static boolean[] only(int id) {
    boolean[] members = new boolean[IDS];
    members[id] = true;
    return members;
  }

  private static boolean[] members(int category) {
    boolean[] members = new boolean[IDS];
    for (int id = 0; id < IDS; id++) {
      members[id] = EVALUATED[id] && CATEGORY_OF[id] == category;
    }
    return members;
  }

  /** IoU of a set of evaluated ids taken as one; NaN without any pixel. */
  private double iou(boolean[] members) {
    long correct = 0;
    long union = 0;
    for (int label = 0; label < IDS; label++) {
      for (int prediction = 0; prediction < IDS; prediction++) {
        boolean predicted = members[prediction] && EVALUATED[label];
        if (members[label] || predicted) {
          union += matrix.count(label, prediction);
        }
        if (members[label] && members[prediction]) {
          correct += matrix.count(label, prediction);
        }
      }
    }
    return (double) correct / union;
  }

  private static double meanOfDefined(double[] scores) {
    return Arrays.stream(scores).filter(score -> !Double.isNaN(score)).average().orElse(Double.NaN);
  }
}
