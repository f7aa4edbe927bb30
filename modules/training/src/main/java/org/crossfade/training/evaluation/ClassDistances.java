package org.crossfade.training.evaluation;

import java.util.function.BiConsumer;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.metric.ClassCenterDistance;
import org.crossfade.core.metric.ClassCenters;
import org.crossfade.core.metric.ClassSpread;
import org.crossfade.core.metric.ClusterIndices;

/**
 * FADA's class center distance (equation 9) of a network's features on labelled samples, and the
 * indices of Calinski and Harabasz and of Davies and Bouldin that PiXL compares: two passes, every
 * feature cell is a sample, its label the ground truth at the cell.
 *
 * <p>The paper takes 2,000 random samples of both domains and does not say what a sample is; here
 * all cells of the validation images of the target domain count.
 */
final class ClassDistances {
  private final ClassSpread spread;
  private final ClassCenterDistance distance;

  private ClassDistances(ClassSpread spread) {
    this.spread = spread;
    this.distance = new ClassCenterDistance(spread);
  }

  /**
   * Measures.
   *
   * @param along sees the cells of the first pass too
   */
  static ClassDistances measure(FeatureCells cells, BiConsumer<float[], int[]> along) {
    var centers =
        new ClassCenters(
            cells.dataset().labelSpace().classes(), cells.channels(), LabelSpace.IGNORE);
    BiConsumer<float[], int[]> first = centers::add;
    cells.forEach(first.andThen(along));
    var spread = new ClassSpread(centers);
    cells.forEach(spread::add);
    return new ClassDistances(spread);
  }

  double[] perClass() {
    return distance.perClass();
  }

  double calinskiHarabasz() {
    return ClusterIndices.calinskiHarabasz(spread);
  }

  double daviesBouldin() {
    return ClusterIndices.daviesBouldin(spread);
  }

  double mean() {
    return distance.mean();
  }
}
