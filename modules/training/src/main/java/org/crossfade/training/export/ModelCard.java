package org.crossfade.training.export;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.Inference;
import org.crossfade.training.evaluation.TrainedModel;
import org.crossfade.training.options.TaskClasses;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.Provenance;

/**
 * What an exported model says of itself, the same in every format.
 *
 * @param classes that it tells apart
 * @param method that trained it
 * @param optionsHash of the options that decided what was trained, and of the published weights
 *     that it started from
 * @param score of the run, where the model is a run's and was scored
 */
public record ModelCard(
    LabelSpace classes, String method, String optionsHash, Optional<Score> score) {
  /**
   * Of the names and values of {@link #properties}; it rises when what is there changes meaning.
   */
  public static final int FORMAT = 1;

  /** The name of the property that has the classes' JSON. */
  public static final String CLASSES = "crossfade.classes";

  /** The name of the property that has {@link #FORMAT}. */
  public static final String FORMAT_NAME = "crossfade.format";

  /** The name of the property that has, as JSON, how the network was asked. */
  public static final String INFERENCE = "crossfade.inference";

  /**
   * What a model scored on the validation images of its run.
   *
   * @param phase at whose end
   * @param miou mean over the classes, a fraction
   */
  public record Score(String phase, double miou) {}

  /** How the network was asked when it was scored. */
  private record Asked(
      int width, int height, Iterable<Double> scales, boolean flip, Optional<Window> window) {}

  private record Window(int height, int width, int strideY, int strideX) {}

  /**
   * Returns names and values, all text.
   *
   * <p>{@code crossfade.format}, {@code crossfade.version}, {@code crossfade.method}, {@code
   * crossfade.network}, {@code crossfade.classes} (JSON: names, colours, groups and things, in the
   * form that {@code task.classes} takes), {@code crossfade.normalisation}, {@code
   * crossfade.inference} (JSON: size of the images in pixels, scales, mirroring, sliding window),
   * {@code crossfade.options-hash}, and where they are known {@code crossfade.phase} and {@code
   * crossfade.miou}.
   */
  public Map<String, String> properties(TrainedModel model) {
    Inference inference = model.graph().inference();
    var all = new LinkedHashMap<String, String>();
    all.put(FORMAT_NAME, Integer.toString(FORMAT));
    all.put("crossfade.version", Provenance.Program.running().crossfade());
    all.put("crossfade.method", method);
    all.put("crossfade.network", model.network().name());
    all.put(CLASSES, TaskClasses.json(classes));
    all.put("crossfade.normalisation", model.network().normalisation().toString());
    all.put(
        INFERENCE,
        Json.line(
            new Asked(
                inference.width(),
                inference.height(),
                inference.scales(),
                inference.flip(),
                inference
                    .slide()
                    .map(
                        slide ->
                            new Window(
                                slide.height(),
                                slide.width(),
                                slide.strideY(),
                                slide.strideX())))));
    all.put("crossfade.options-hash", optionsHash);
    score.ifPresent(
        scored -> {
          all.put("crossfade.phase", scored.phase());
          all.put("crossfade.miou", Double.toString(scored.miou()));
        });
    return all;
  }

  /**
   * Refuses properties that this version does not understand.
   *
   * @param file in which they stand
   * @throws DataException if another program wrote them, or a version of Crossfade that gives them
   *     another meaning
   */
  public static void requireReadable(Path file, Map<String, String> properties) {
    String format = properties.get(FORMAT_NAME);
    if (format == null) {
      throw new DataException(
          "%s: Crossfade did not write this model, or it is not whole: it has no property %s. Take one that 'export' wrote"
              .formatted(file, FORMAT_NAME));
    }
    if (!format.equals(Integer.toString(FORMAT))) {
      throw new DataException(
          "%s: its properties have format %s, and this version reads %d; export the model again"
              .formatted(file, format, FORMAT));
    }
  }
}
