package org.crossfade.training.loop;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import org.crossfade.datasets.file.ImageFiles;
import org.crossfade.training.evaluation.ConfusionPicture;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.run.MetricsLog;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.SamplePictures;
import org.crossfade.training.run.SelectionState;
import org.crossfade.training.run.TensorBoardEvents;

/** Writes metrics as JSON lines and as TensorBoard events. */
public final class MetricsRecorder implements TrainingListener, AutoCloseable {
  /** A line on losses and rates. */
  record ProgressLine(
      String type,
      String phase,
      long iteration,
      Map<String, Double> losses,
      Map<String, Double> rates,
      double imagesPerSecond,
      double seconds) {}

  /** A line on an evaluation. */
  record EvaluationLine(
      String type,
      String phase,
      long iteration,
      double miou,
      Map<String, Double> iou,
      Map<String, Double> groups,
      double pixelAccuracy,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Double> metrics) {}

  /** A line on a selection of samples. */
  record SelectionLine(String type, String phase, long iteration, SelectionState.Round selection) {}

  private final RunDirectory run;
  private final MetricsLog log;
  private final TensorBoardEvents events;
  private long resumedAt = -1;

  /** Opens the files of a run. */
  public MetricsRecorder(RunDirectory run) throws IOException {
    this.run = run;
    Files.createDirectories(run.tensorboard());
    this.log = new MetricsLog(run.metrics());
    this.events = new TensorBoardEvents(run.tensorboard());
  }

  @Override
  public void phaseStarted(String phase, long iteration, long iterations, String summary) {
    resumedAt = iteration;
    // A run that resumes repeats what came after its checkpoint: those lines would be there twice.
    try {
      log.retain(line -> !MetricsLine.after(line, phase, iteration));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void progressed(Progress p) {
    append(
        new ProgressLine(
            "progress",
            p.phase(),
            p.iteration(),
            p.losses(),
            p.rates(),
            p.imagesPerSecond(),
            p.seconds()));
    var scalars = new LinkedHashMap<String, Double>();
    p.losses().forEach((name, value) -> scalars.put(p.phase() + "/loss/" + name, value));
    p.rates().forEach((name, value) -> scalars.put(p.phase() + "/rate/" + name, value));
    scalars.put(p.phase() + "/images-per-second", p.imagesPerSecond());
    events.write(p.iteration(), scalars);
  }

  @Override
  public void evaluated(EvaluationResult r) {
    if (r.iteration() == resumedAt) {
      dropEvaluation(r.phase(), r.iteration());
    }
    append(
        new EvaluationLine(
            "evaluation",
            r.phase(),
            r.iteration(),
            r.miou(),
            r.iou(),
            r.groups(),
            r.pixelAccuracy(),
            r.metrics()));
    var scalars = new LinkedHashMap<String, Double>();
    scalars.put(r.phase() + "/mIoU", r.miou());
    r.iou().forEach((name, value) -> scalars.put(r.phase() + "/IoU/" + name, value));
    r.metrics().forEach((name, value) -> scalars.put(r.phase() + "/metric/" + name, value));
    events.write(r.iteration(), scalars);
    writePictures(r);
  }

  /** What the evaluation left: the samples' predictions, and the confusion matrix. */
  private void writePictures(EvaluationResult r) {
    events.write(r.iteration(), r.phase() + "/confusion", ConfusionPicture.of(r.confusion()));
    try {
      for (var sample : SamplePictures.predictions(run.samples(), r.phase()).entrySet()) {
        events.write(
            r.iteration(),
            r.phase() + "/prediction/" + sample.getKey(),
            ImageFiles.read(sample.getValue()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void selected(String phase, SelectionState.Round round) {
    append(new SelectionLine("selection", phase, round.iteration(), round));
    var scalars = new LinkedHashMap<String, Double>();
    scalars.put(phase + "/selection/kept", (double) round.kept());
    scalars.put(phase + "/selection/mean-score", round.meanScore());
    scalars.put(phase + "/selection/threshold", round.threshold());
    events.write(round.iteration(), scalars);
  }

  /** One that was made right before the process ended is made again. */
  private void dropEvaluation(String phase, long iteration) {
    try {
      log.retain(line -> !MetricsLine.isEvaluation(line, phase, iteration));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void append(Object line) {
    try {
      log.append(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    events.close();
  }
}
