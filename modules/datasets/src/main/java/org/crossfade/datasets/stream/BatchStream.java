package org.crossfade.datasets.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.Batch;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.Sample;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.datasets.decoding.Prefetcher;
import org.crossfade.datasets.sampling.Draws;
import org.crossfade.datasets.sampling.SamplingOrder;
import org.crossfade.datasets.transform.SampleTransforms;

/**
 * A seeded, seekable stream of batches. The sample at a position depends on data set, order,
 * transforms and seed alone: not on where the stream started, nor on the number of threads. To be
 * used from one thread.
 */
public final class BatchStream implements AutoCloseable {
  private final Prefetcher<Sample> samples;
  private final int batchSize;
  private long position;

  private BatchStream(Prefetcher<Sample> samples, int batchSize) {
    this.samples = samples;
    this.batchSize = batchSize;
    this.position = samples.position();
  }

  /**
   * A stream without end.
   *
   * @param pool the threads that decode; stays open when the stream is closed
   * @param dataset what to draw from
   * @param order which sample comes at which position
   * @param transforms applied to each sample, in order, each draw with its own seed
   * @param seed of the transforms' draws
   * @param batchSize N, at least 1
   * @param prefetch the most batches decoded ahead, at least 1
   * @param position where to start, in samples: 0, or what {@link #position} said
   */
  public static BatchStream endless(
      DecodingPool pool,
      Dataset dataset,
      SamplingOrder order,
      List<SampleTransform> transforms,
      long seed,
      int batchSize,
      int prefetch,
      long position) {
    if (batchSize < 1 || prefetch < 1) {
      throw new IllegalArgumentException(
          "batch size and prefetch must be at least 1, found " + batchSize + " and " + prefetch);
    }
    List<SampleTransform> steps = List.copyOf(transforms);
    return new BatchStream(
        new Prefetcher<>(
            pool,
            at -> sample(dataset, order, steps, seed, at),
            position,
            Long.MAX_VALUE,
            Math.multiplyExact(batchSize, prefetch)),
        batchSize);
  }

  private static Sample sample(
      Dataset dataset, SamplingOrder order, List<SampleTransform> steps, long seed, long at) {
    Sample drawn = dataset.read(order.indexAt(at));
    long first = Draws.mix(seed, at);
    Sample sample = SampleTransforms.apply(steps, drawn, first);
    Optional<SamplingOrder.Quota> quota = order.quotaAt(at);
    if (quota.isEmpty()) {
      return sample;
    }
    for (int i = 1; i <= quota.get().attempts(); i++) {
      if (meets(sample, quota.get())) {
        return sample;
      }
      sample = SampleTransforms.apply(steps, drawn, Draws.mix(first, i));
    }
    return sample;
  }

  private static boolean meets(Sample sample, SamplingOrder.Quota quota) {
    int pixels = 0;
    for (byte id : sample.labels().orElseThrow().trainIds()) {
      if ((id & 0xFF) == quota.classId()) {
        pixels++;
      }
    }
    return pixels > quota.moreThan();
  }

  /**
   * The next batch; waits until it is decoded. After an error {@link #position} still says where
   * the failed batch began, and the stream is of no more use.
   *
   * @throws org.crossfade.core.data.DataException naming the file that cannot be read
   * @throws IllegalArgumentException naming the sample whose size differs from the others'
   */
  public Batch next() {
    List<Sample> batch = new ArrayList<>(batchSize);
    while (batch.size() < batchSize) {
      batch.add(samples.next());
    }
    Batch packed = Batch.of(batch);
    position = samples.position();
    return packed;
  }

  /** The number of samples before the next batch: where to start again to go on from here. */
  public long position() {
    return position;
  }

  /** Drops what was read ahead. */
  @Override
  public void close() {
    samples.close();
  }
}
