package org.crossfade.serving.predict;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.PixelSize;
import org.crossfade.datasets.file.ImageFiles;
import org.crossfade.serving.model.LoadedModel;

/**
 * Images that wait for the one network, still as their files' bytes, and the thread that asks it.
 * Those of one size that wait together are asked together; none waits for a batch to be full.
 */
final class PredictionQueue implements AutoCloseable {
  /** What messages call the image: names that clients send are looked at nowhere. */
  static final Path NAME = Path.of("image");

  private static final class Waiting {
    private final PixelSize size;
    private final byte[] file;
    private final long since = System.nanoTime();
    private final CompletableFuture<Prediction> answer = new CompletableFuture<>();

    Waiting(PixelSize size, byte[] file) {
      this.size = size;
      this.file = file;
    }
  }

  private final BlockingQueue<Waiting> queue;
  private final LoadedModel model;
  private final PredictLimits limits;
  private final IntConsumer batchSizes;
  private final Thread thread;
  private volatile boolean closed;

  /** Starts; {@code batchSizes} is told of every batch. */
  PredictionQueue(LoadedModel model, PredictLimits limits, IntConsumer batchSizes) {
    this.queue = new LinkedBlockingQueue<>(limits.queue());
    this.model = model;
    this.limits = limits;
    this.batchSizes = batchSizes;
    this.thread = new Thread(this::work, "predict");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns how many wait. */
  int waiting() {
    return queue.size();
  }

  /**
   * Adds an image; nobody waits any more for one whose future is completed from outside.
   *
   * @param size that its header says
   * @param file its bytes
   * @return its labels to come; empty if the queue is full
   */
  Optional<CompletableFuture<Prediction>> offer(PixelSize size, byte[] file) {
    var waiting = new Waiting(size, file);
    boolean taken = !closed && queue.offer(waiting);
    return taken ? Optional.of(waiting.answer) : Optional.empty();
  }

  private void work() {
    while (!closed) {
      try {
        Waiting first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          predict(batch(first));
        }
      } catch (InterruptedException e) {
        closed = true;
      }
    }
    for (Waiting left = queue.poll(); left != null; left = queue.poll()) {
      left.answer.cancel(false);
    }
  }

  private List<Waiting> batch(Waiting first) {
    var batch = new ArrayList<Waiting>();
    batch.add(first);
    long pixels = (long) first.size.width() * first.size.height();
    long most = Math.min(limits.batch(), Math.max(1, limits.maxPixels() / pixels));
    Iterator<Waiting> others = queue.iterator();
    while (others.hasNext() && batch.size() < most) {
      Waiting other = others.next();
      if (other.size.equals(first.size) && queue.remove(other)) {
        batch.add(other);
      }
    }
    return batch;
  }

  /** Whatever fails, fails for these images alone. */
  private void predict(List<Waiting> batch) {
    long began = System.nanoTime();
    var asked = new ArrayList<Waiting>();
    var images = new ArrayList<Image>();
    for (Waiting waiting : batch) {
      if (!waiting.answer.isDone()) {
        try {
          images.add(ImageFiles.read(NAME, waiting.file));
          asked.add(waiting);
        } catch (RuntimeException | OutOfMemoryError e) {
          waiting.answer.completeExceptionally(e);
        }
      }
    }
    if (asked.isEmpty()) {
      return;
    }
    try {
      List<LabelMap> labels = model.predict(images);
      batchSizes.accept(asked.size());
      double seconds = (System.nanoTime() - began) / 1e9;
      for (int n = 0; n < asked.size(); n++) {
        double waited = (began - asked.get(n).since) / 1e9;
        asked
            .get(n)
            .answer
            .complete(new Prediction(images.get(n), labels.get(n), waited, seconds, asked.size()));
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      asked.forEach(waiting -> waiting.answer.completeExceptionally(e));
    }
  }

  /** Ends when the batch that is asked is done; what waits then is cancelled. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
