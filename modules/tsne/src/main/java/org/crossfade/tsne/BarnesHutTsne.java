package org.crossfade.tsne;

import de.javagl.tsne.Tsne;
import org.crossfade.core.metric.PlaneEmbedding;

/**
 * Barnes-Hut t-SNE (van der Maaten, JMLR 15, 2014) with θ = 0.5 and a perplexity of 30, on the
 * first 55 principal components where points have more dimensions; 500 iterations.
 */
public final class BarnesHutTsne implements PlaneEmbedding {
  private static final double PERPLEXITY = 30;

  private static final int ITERATIONS = 500;

  /** For {@link java.util.ServiceLoader}. */
  public BarnesHutTsne() {}

  @Override
  public double[][] places(double[][] points, int seed) {
    var tsne = new Tsne();
    // Otherwise it writes to the console.
    tsne.setMessageConsumer(null);
    tsne.setMaxIterations(ITERATIONS);
    // Every point needs three times as many neighbours.
    tsne.setPerplexity(Math.min(PERPLEXITY, (points.length - 2) / 3.0));
    tsne.setRandomSeed(seed);
    return tsne.run(points);
  }
}
