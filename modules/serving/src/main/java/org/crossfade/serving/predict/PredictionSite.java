package org.crossfade.serving.predict;

import com.google.common.io.Resources;
import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.serving.http.Answer;
import org.crossfade.serving.http.Endpoint;
import org.crossfade.serving.http.Site;
import org.crossfade.serving.model.LoadedModel;

/** A model as a site: its page, and what programs ask. */
public final class PredictionSite implements AutoCloseable {
  /** What {@code /health} says. */
  private record Health(
      String status, String model, String engine, List<String> classes, int waiting, int queue) {}

  /** What the page says of the model. */
  private record Page(String title, int classes, List<StreetScenes.Scene> scenes) {}

  private final Predictor predictor;
  private final Site site;

  /**
   * Makes the site.
   *
   * @param model to ask; it stays the caller's to close, after the site
   * @param engine name of what runs it
   * @param limits of images, bodies, the queue, time and batches
   * @throws IOException if the page's files cannot be read
   */
  public PredictionSite(LoadedModel model, String engine, PredictLimits limits) throws IOException {
    var metrics = new PredictionMetrics();
    predictor = new Predictor(model, limits, metrics);
    LabelSpace space = model.labelSpace();
    var scenes = new StreetScenes();
    byte[] page =
        Mustache.compiler()
            .compile(text("page.mustache"))
            .execute(new Page(model.title(), space.classes(), scenes.all()))
            .getBytes(StandardCharsets.UTF_8);
    var builder =
        new Site.Builder()
            .get("/", Endpoint.of(() -> Answer.of("text/html;charset=utf-8", page)))
            .get("/page.css", fixed("page.css", "text/css;charset=utf-8"))
            .get("/page.js", fixed("page.js", "text/javascript;charset=utf-8"))
            .get("/openapi.json", fixed("openapi.json", "application/json"))
            .get("/metrics", metrics.endpoint())
            .get(
                "/health",
                Endpoint.of(
                    () ->
                        Answer.json(
                            new Health(
                                "ok",
                                model.title(),
                                engine,
                                space.classNames(),
                                predictor.waiting(),
                                limits.queue()))))
            .post("/predict", predictor);
    scenes.addTo(builder);
    site = builder.build(metrics);
  }

  private static Endpoint fixed(String name, String type) throws IOException {
    byte[] content = text(name).getBytes(StandardCharsets.UTF_8);
    return Endpoint.of(() -> Answer.of(type, content));
  }

  private static String text(String name) throws IOException {
    return Resources.toString(
        Resources.getResource(PredictionSite.class, name), StandardCharsets.UTF_8);
  }

  /** {@return the site} */
  public Site site() {
    return site;
  }

  @Override
  public void close() {
    predictor.close();
  }
}
