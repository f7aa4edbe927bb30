package org.crossfade.core.metric;

/**
 * Two indices of how well labelled features cluster, as scikit-learn defines them. The features
 * have to be measured around their own means; classes without any are left out.
 */
public final class ClusterIndices {
  private ClusterIndices() {}

  /**
   * Calinski and Harabasz: dispersion between over dispersion within the classes, each by its
   * degrees of freedom; higher is better. [Σ n_c‖μ_c − μ‖²/(k − 1)] / [Σ_c Σ_x‖x − μ_c‖²/(n − k)]
   * for n features of k classes.
   *
   * @return NaN unless 2 ≤ k &lt; n; 1 if there is no dispersion within
   */
  public static double calinskiHarabasz(ClassSpread spread) {
    int k = spread.presentClasses();
    long n = spread.total();
    if (k < 2 || n <= k) {
      return Double.NaN;
    }
    double within = 0;
    for (int c = 0; c < spread.classes(); c++) {
      within += spread.sumOfSquares(c);
    }
    return within == 0 ? 1 : spread.sumOfSquaresBetween() / (k - 1) / (within / (n - k));
  }

  /**
   * Davies and Bouldin: mean over c of the largest (s_c + s_d)/‖μ_c − μ_d‖ over d ≠ c, s being the
   * mean distance to the centre (not squared); lower is better.
   *
   * @return NaN unless there are two classes; pairs of coinciding centres are left out
   */
  public static double daviesBouldin(ClassSpread spread) {
    int k = spread.presentClasses();
    if (k < 2) {
      return Double.NaN;
    }
    double sum = 0;
    for (int c = 0; c < spread.classes(); c++) {
      double largest = 0;
      for (int d = 0; d < spread.classes() && spread.isPresent(c); d++) {
        double apart = Math.sqrt(spread.squaredDistanceOfCenters(c, d));
        if (d != c && spread.isPresent(d) && apart > 0) {
          largest = Math.max(largest, (spread.meanDistance(c) + spread.meanDistance(d)) / apart);
        }
      }
      sum += largest;
    }
    return sum / k;
  }
}
