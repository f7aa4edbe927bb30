package org.crossfade.training.session;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.core.data.Batch;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.datasets.sampling.ClassBalancedOrder;
import org.crossfade.datasets.sampling.ClassPixelCounts;
import org.crossfade.datasets.sampling.Draws;
import org.crossfade.datasets.sampling.RareClassOrder;
import org.crossfade.datasets.sampling.SamplingOrder;
import org.crossfade.datasets.stream.BatchStream;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TUint8;

/** The open streams of a phase. */
public final class PhaseStreams implements AutoCloseable {
  private static final int PREFETCHED_BATCHES = 3;

  private final Map<String, BatchStream> streams = new LinkedHashMap<>();
  private final StepContext context;
  private final DecodingPool pool;

  /**
   * Starts the threads that decode.
   *
   * @param context holds the feeds of the phase's streams
   */
  public PhaseStreams(StepContext context, int decodingThreads) {
    this.context = context;
    this.pool = new DecodingPool(decodingThreads);
  }

  /**
   * Opens a stream, in place of one that has its name.
   *
   * @param draws how many samples the whole phase draws
   * @param position where it goes on, in samples
   * @param cache folder of class scans
   */
  public void open(
      StreamRequest request, Dataset dataset, long seed, long draws, long position, Path cache)
      throws IOException {
    long streamSeed = Draws.mix(seed, request.name().hashCode());
    BatchStream before =
        streams.put(
            request.name(),
            BatchStream.endless(
                pool,
                dataset,
                order(request, dataset, streamSeed, draws, cache, pool),
                request.transforms(),
                streamSeed,
                request.batch(),
                PREFETCHED_BATCHES,
                position));
    if (before != null) {
      before.close();
    }
  }

  /**
   * Returns the order in which a stream draws.
   *
   * @param draws how many samples the whole phase draws
   * @param cache folder of class scans
   * @param pool threads that count classes
   * @throws org.crossfade.core.data.DataException if the data set lacks what the order prefers
   */
  public static SamplingOrder order(
      StreamRequest request, Dataset dataset, long seed, long draws, Path cache, DecodingPool pool)
      throws IOException {
    return switch (request.sampling()) {
      case SHUFFLED, SHUFFLED_WITH_TARGET -> SamplingOrder.epochs(dataset.size(), seed);
      case REPEATED -> SamplingOrder.repeatedThenShuffled(dataset.size(), draws, seed);
      case CLASS_BALANCED ->
          new ClassBalancedOrder(ClassPixelCounts.cached(dataset, cache, pool), draws, seed);
      case RARE_CLASSES ->
          new RareClassOrder(
              ClassPixelCounts.cached(dataset, cache, pool),
              request.rareClasses().orElseThrow(),
              seed);
      case WITH_REPLACEMENT -> SamplingOrder.withReplacement(dataset.size(), seed);
      case SEQUENTIAL -> SamplingOrder.sequential(dataset.size());
    };
  }

  /** Returns where every stream stands, in samples. */
  public Map<String, Long> positions() {
    var positions = new LinkedHashMap<String, Long>();
    streams.forEach((name, stream) -> positions.put(name, stream.position()));
    return positions;
  }

  /** Draws one batch of each of {@code names}. */
  public Feeds draw(List<String> names) {
    var feeds = new Feeds();
    try {
      for (String name : names) {
        feeds.add(name, context.feeds(name), streams.get(name).next());
      }
      return feeds;
    } catch (RuntimeException e) {
      feeds.close();
      throw e;
    }
  }

  @Override
  public void close() {
    streams.values().forEach(BatchStream::close);
    pool.close();
  }

  /** Tensors of one draw. */
  public static final class Feeds implements AutoCloseable {
    private final Map<Operand<?>, Tensor> tensors = new LinkedHashMap<>();
    private final List<Tensor> owned = new ArrayList<>();
    private final Map<String, List<String>> ids = new LinkedHashMap<>();
    private int images;

    void add(String stream, StepContext.StreamFeeds placeholders, Batch batch) {
      ids.put(stream, batch.ids());
      put(
          placeholders.images(),
          TUint8.tensorOf(
              Shape.of(batch.size(), batch.height(), batch.width(), 3),
              DataBuffers.of(batch.images(), true, false)));
      put(
          placeholders.labels(),
          TUint8.tensorOf(
              Shape.of(batch.size(), batch.height(), batch.width()),
              DataBuffers.of(batch.labels(), true, false)));
      images += batch.size();
    }

    /** Feeds a tensor, which is closed with the others. */
    public void put(Operand<?> placeholder, Tensor tensor) {
      tensors.put(placeholder, tensor);
      owned.add(tensor);
    }

    /** Returns what is fed. */
    public Map<Operand<?>, Tensor> tensors() {
      return tensors;
    }

    /** Returns the ids of the samples that were drawn of a stream. */
    public List<String> ids(String stream) {
      return ids.get(stream);
    }

    /** Returns how many images were drawn, of all streams. */
    public int images() {
      return images;
    }

    @Override
    public void close() {
      owned.forEach(Tensor::close);
    }
  }
}
