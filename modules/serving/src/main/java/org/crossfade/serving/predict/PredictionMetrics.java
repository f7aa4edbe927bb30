package org.crossfade.serving.predict;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import org.crossfade.serving.http.Answer;
import org.crossfade.serving.http.Endpoint;
import org.crossfade.serving.http.RequestLog;
import org.crossfade.training.run.PeakMemory;

/** {@code GET /metrics}: counts and times, as Prometheus reads them. */
public final class PredictionMetrics implements RequestLog {
  private final PrometheusRegistry registry = new PrometheusRegistry();

  private final Counter requests =
      Counter.builder()
          .name("crossfade_requests_total")
          .help("Answers by address and status; status 0: the client did not wait.")
          .labelNames("address", "status")
          .register(registry);

  private final Histogram seconds =
      Histogram.builder()
          .name("crossfade_request_seconds")
          .help("Seconds from a request's head to the end of its answer.")
          .labelNames("address")
          .classicOnly()
          .classicUpperBounds(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
          .register(registry);

  private final Counter images =
      Counter.builder()
          .name("crossfade_predicted_images_total")
          .help("Images that the network labelled.")
          .register(registry);

  private final Counter batches =
      Counter.builder()
          .name("crossfade_predicted_batches_total")
          .help("Batches that the network labelled.")
          .register(registry);

  /** Begins to count. */
  public PredictionMetrics() {
    gauge(
        "crossfade_heap_bytes",
        "Java's heap in use.",
        () -> ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    gauge(
        "process_resident_memory_bytes",
        "Memory of the process, native memory included; 0 where the system does not say.",
        () -> PeakMemory.resident().orElse(0));
  }

  private void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  void waiting(IntSupplier images) {
    gauge("crossfade_waiting_images", "Images that wait for the network.", images::getAsInt);
  }

  void batch(int size) {
    batches.inc();
    images.inc(size);
  }

  @Override
  public void answered(String address, int status, double took) {
    requests.labelValues(address, Integer.toString(status)).inc();
    seconds.labelValues(address).observe(took);
  }

  /** {@return the endpoint} */
  public Endpoint endpoint() {
    var writer = PrometheusTextFormatWriter.create();
    return Endpoint.of(() -> Answer.of(writer.getContentType(), text(writer)));
  }

  private byte[] text(PrometheusTextFormatWriter writer) throws IOException {
    var out = new ByteArrayOutputStream();
    writer.write(out, registry.scrape());
    return out.toByteArray();
  }
}
