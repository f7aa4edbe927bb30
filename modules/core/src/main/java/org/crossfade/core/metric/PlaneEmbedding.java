package org.crossfade.core.metric;

/**
 * Places in the plane for points of many dimensions, so that neighbours stay neighbours. It is
 * found through {@link java.util.ServiceLoader}, since what is good at it brings a library that not
 * everybody wants; {@code crossfade-tsne} has one.
 */
public interface PlaneEmbedding {
  /**
   * Returns a place for each point.
   *
   * @param points [n][d], n at least 16
   * @param seed the same points and seed have the same places
   * @return [n][2]
   */
  double[][] places(double[][] points, int seed);
}
