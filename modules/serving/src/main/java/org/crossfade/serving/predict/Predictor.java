package org.crossfade.serving.predict;

import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.file.LabelPictures;
import org.crossfade.serving.http.Answer;
import org.crossfade.serving.http.Endpoint;
import org.crossfade.serving.http.Exchange;
import org.crossfade.serving.http.Problem;
import org.crossfade.serving.http.RequestBody;
import org.crossfade.serving.http.Site;
import org.crossfade.serving.model.LoadedModel;
import org.crossfade.training.evaluation.TrainedModel;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/** {@code POST /predict}: an image in, its labels out. */
public final class Predictor implements Endpoint, AutoCloseable {
  private static final double OPACITY = 0.5;
  private static final int RETRY_SECONDS = 1;

  private final LoadedModel model;
  private final LabelSpace space;
  private final PredictLimits limits;
  private final PredictionQueue queue;
  private final ByteBudget budget;
  private final ScheduledThreadPoolExecutor deadlines =
      new ScheduledThreadPoolExecutor(1, work -> daemon(work, "deadlines"));
  private final ThreadPoolExecutor writers;

  /**
   * Starts the thread that asks {@code model}, which stays the caller's to close afterwards.
   *
   * @param model asked by one thread at a time
   * @param limits of images, bodies, the queue, time and batches
   * @param metrics told of every batch
   */
  public Predictor(LoadedModel model, PredictLimits limits, PredictionMetrics metrics) {
    this.model = model;
    this.space = model.labelSpace();
    this.limits = limits;
    this.queue = new PredictionQueue(model, limits, metrics::batch);
    // Unwritten answers hold whole images: the network waits for the writers when many are late.
    int processors = Runtime.getRuntime().availableProcessors();
    this.writers =
        new ThreadPoolExecutor(
            processors,
            processors,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(processors),
            work -> daemon(work, "writer"),
            new ThreadPoolExecutor.CallerRunsPolicy());
    this.budget =
        new ByteBudget(Math.max(2 * limits.maxBytes(), Runtime.getRuntime().maxMemory() / 4));
    deadlines.setRemoveOnCancelPolicy(true);
    metrics.waiting(queue::waiting);
  }

  private static Thread daemon(Runnable work, String name) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** {@return how many images wait} */
  public int waiting() {
    return queue.waiting();
  }

  @Override
  public void serve(Exchange exchange) {
    AnswerForm form = AnswerForm.of(exchange.headers());
    Upload.requireImageType(exchange.headers());
    long length = exchange.headers().getLongField(HttpHeader.CONTENT_LENGTH);
    long reserved = Math.min(limits.maxBytes(), length < 0 ? limits.maxBytes() : length);
    if (!budget.take(reserved)) {
      throw Problem.busy("too many images are on their way already; try again", RETRY_SECONDS)
          .thrown();
    }
    exchange.afterwards(() -> budget.giveBack(reserved));
    ScheduledFuture<?> late = expire(exchange, () -> exchange.answer(slowBody()));
    RequestBody.read(
        exchange,
        limits.maxBytes(),
        body -> {
          late.cancel(false);
          enqueue(exchange, form, body);
        });
  }

  private ScheduledFuture<?> expire(Exchange exchange, Runnable then) {
    ScheduledFuture<?> late =
        deadlines.schedule(then, (long) (1000 * limits.timeoutSeconds()), TimeUnit.MILLISECONDS);
    exchange.afterwards(() -> late.cancel(false));
    return late;
  }

  private Problem slowBody() {
    return new Problem(
        HttpStatus.REQUEST_TIMEOUT_408,
        "the body was not there after %s seconds".formatted(limits.timeoutSeconds()));
  }

  private void enqueue(Exchange exchange, AnswerForm form, byte[] body) {
    byte[] file = Upload.file(exchange.headers(), body);
    PixelSize size = Upload.size(file, limits.maxPixels());
    long needed = model.bytesToPredict(size.height(), size.width());
    if (needed > TrainedModel.memoryOfMachine()) {
      throw Upload.tooLarge(size, "which need %d MB of memory".formatted(needed >> 20)).thrown();
    }
    CompletableFuture<Prediction> prediction =
        queue
            .offer(size, file)
            .orElseThrow(
                () ->
                    Problem.busy(
                            "%d images wait already; try again".formatted(limits.queue()),
                            RETRY_SECONDS)
                        .thrown());
    // An answer that nobody waits for is not computed.
    exchange.afterwards(() -> prediction.cancel(false));
    ScheduledFuture<?> unusedDeadline =
        expire(
            exchange,
            () ->
                exchange.answer(
                    Problem.busy(
                        "there were no labels after %s seconds; try again"
                            .formatted(limits.timeoutSeconds()),
                        RETRY_SECONDS)));
    CompletableFuture<Prediction> unused =
        prediction.whenComplete(
            (labels, failure) -> {
              if (failure == null) {
                writers.execute(() -> write(exchange, form, labels));
              } else {
                exchange.answer(problem(failure));
              }
            });
  }

  private static Problem problem(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof CancellationException
        ? Problem.busy("the server is stopping", RETRY_SECONDS)
        : Site.unexpected(cause);
  }

  private void write(Exchange exchange, AnswerForm form, Prediction prediction) {
    if (exchange.over()) {
      return;
    }
    try {
      exchange.answer(answer(form, prediction));
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      exchange.answer(Site.unexpected(e));
    }
  }

  private Answer answer(AnswerForm form, Prediction p) throws IOException {
    return switch (form) {
      case JSON -> Answer.json(Areas.of(p, space, Optional.empty()));
      case JSON_WITH_PICTURE -> Answer.json(Areas.of(p, space, Optional.of(picture(p))));
      case TRAIN_IDS -> Answer.of(form.type(), LabelPictures.trainIdsPng(p.labels(), space));
      case COLOURS ->
          Answer.of(form.type(), LabelPictures.imagePng(LabelPictures.colours(p.labels(), space)));
      case OVERLAY ->
          Answer.of(
              form.type(),
              LabelPictures.imagePng(LabelPictures.overlay(p.image(), p.labels(), space, OPACITY)));
    };
  }

  private String picture(Prediction prediction) throws IOException {
    return "data:image/png;base64,"
        + Base64.getEncoder().encodeToString(LabelPictures.trainIdsPng(prediction.labels(), space));
  }

  /** Ends when the batch that is asked is done. */
  @Override
  public void close() {
    queue.close();
    deadlines.shutdownNow();
    writers.shutdown();
    try {
      if (!writers.awaitTermination(10, TimeUnit.SECONDS)) {
        writers.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
