package org.crossfade.tsne;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.ServiceLoader;
import org.crossfade.core.metric.PlaneEmbedding;
import org.junit.jupiter.api.Test;

/** Neighbours stay neighbours, and a seed decides everything. */
class BarnesHutTsneTest {
  private static final int CLUSTERS = 3;

  private static final int DIMENSIONS = 6;

  private final PlaneEmbedding embedding =
      ServiceLoader.load(PlaneEmbedding.class).findFirst().orElseThrow();

  @Test
  void nearlyEveryPointLiesNearestToOneOfItsOwnCluster() {
    double[][] places = embedding.places(clusters(180), 0);
    int own = 0;

    for (int i = 0; i < places.length; i++) {
      int nearest = -1;
      double least = Double.MAX_VALUE;
      for (int j = 0; j < places.length; j++) {
        double distance = Math.hypot(places[i][0] - places[j][0], places[i][1] - places[j][1]);
        if (j != i && distance < least) {
          least = distance;
          nearest = j;
        }
      }
      own += nearest % CLUSTERS == i % CLUSTERS ? 1 : 0;
    }
    assertThat(own).isGreaterThan(places.length * 9 / 10);
  }

  @Test
  void theSamePointsAndSeedHaveTheSamePlaces() {
    assertThat(embedding.places(clusters(20), 4)).isDeepEqualTo(embedding.places(clusters(20), 4));
  }

  /** Points around three others that are far apart, in turn. */
  private static double[][] clusters(int points) {
    double[][] all = new double[points][DIMENSIONS];
    var random = new Random(4);
    for (int i = 0; i < points; i++) {
      for (int d = 0; d < DIMENSIONS; d++) {
        all[i][d] = random.nextGaussian() + (d == i % CLUSTERS ? 50 : 0);
      }
    }
    return all;
  }
}
