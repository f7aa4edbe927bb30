package org.crossfade.core.metric;

import java.util.Arrays;

/**
 * Class centre distance: how tight the features of a class are, measured by how far the other
 * classes are away; lower is better.
 *
 * <p>CCD(i) = 1/(K − 1) Σ_{j≠i} [mean_{x∈S_i} ‖x − μ_i‖²] / ‖μ_i − μ_j‖² (FADA, eq. 9; SPCL, eq. 10
 * with prototypes as centres). Neither paper's code computes it. Where a class has no features the
 * papers say nothing: here it is left out as i and as j, and K counts the classes that have some.
 */
public final class ClassCenterDistance {
  private final double[] distances;

  /** Of features that were measured around their centres. */
  public ClassCenterDistance(ClassSpread spread) {
    int present = spread.presentClasses();
    distances = new double[spread.classes()];
    for (int i = 0; i < distances.length; i++) {
      double sum = 0;
      for (int j = 0; j < distances.length; j++) {
        if (j != i && spread.isPresent(j)) {
          sum += spread.meanSquare(i) / spread.squaredDistanceOfCenters(i, j);
        }
      }
      distances[i] = spread.isPresent(i) && present > 1 ? sum / (present - 1) : Double.NaN;
    }
  }

  /**
   * CCD of each class, [K]: NaN for a class without features (and for all if there is only one
   * class), infinite if two centres coincide.
   */
  public double[] perClass() {
    return distances.clone();
  }

  /** The mean over the classes that have features; NaN if there are fewer than two. */
  public double mean() {
    return Arrays.stream(distances)
        .filter(distance -> !Double.isNaN(distance))
        .average()
        .orElse(Double.NaN);
  }
}
