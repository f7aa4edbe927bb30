package org.crossfade.report;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.run.Format;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.MetricsLog;
import org.crossfade.training.run.Provenance;
import org.crossfade.training.run.RunCost;
import org.crossfade.training.run.RunDirectory;

/** Writes the folder of a finished run of source-only without training it. */
public final class RunFixture {
  private static final LabelSpace SPACE = LabelSpace.of(19);

  private RunFixture() {}

  /**
   * Writes a run.
   *
   * @param out folder of the comparison
   * @param method whose options are written; its one training phase must be called {@code source}
   *     for the run to count as finished
   * @param task name
   * @param seed of the run
   * @param score IoU of class k is {@code score + k / 100}, but the last class has none
   * @param data fingerprint of the validation data
   */
  public static Path write(
      Path out, String method, String task, long seed, double score, String data)
      throws IOException {
    return write(
        out.resolve(method + "-seed" + seed), method, task, seed, score, data, command(method));
  }

  private static List<String> command(String method) {
    return List.of("compare", "--methods", method, "--set", "run.x=[\"<a & b>\"]");
  }

  /** Writes a run into a folder of its own, as made by a command. */
  public static Path write(
      Path folder,
      String method,
      String task,
      long seed,
      double score,
      String data,
      List<String> command)
      throws IOException {
    var run = new RunDirectory(folder);
    Files.createDirectories(run.root());
    Files.writeString(
        run.config(),
        new ExperimentLoader(new OptionSources(method, true, List.of(), List.of())).render());
    Json.write(
        run.provenance(),
        new Provenance(
            "2026-01-01T00:00:00Z",
            new Provenance.Program(
                Optional.of(Format.CURRENT),
                "0.1.0",
                "0123abcd",
                "2.18.0",
                "17",
                "Linux amd64, 2 processors"),
            method,
            "",
            seed,
            Optional.of("computes on the processor (of a test), not on a GPU: run.device = cpu"),
            Optional.of("float32"),
            method.equals("fada") ? 0 : 18,
            Map.of("validation", data),
            command));
    Json.write(
        run.results(),
        new RunResults(
            method,
            task,
            seed,
            "last",
            Optional.of("float32"),
            Map.of("source", new RunResults.PhaseResult(40, 83, false, evaluation(score)))));
    metrics(run, score);
    pictures(run.samples());
    new RunCost(Map.of("source", 83.0), Optional.of(1_500_000_000L)).write(run.root());
    return run.root();
  }

  /** Returns the scores that {@link #write} records. */
  public static EvaluationResult evaluation(double score) {
    var iou = new LinkedHashMap<String, Double>();
    var distances = new LinkedHashMap<String, Double>();
    for (int k = 0; k < SPACE.classes() - 1; k++) {
      iou.put(SPACE.className(k), score + k / 100.0);
      distances.put(SPACE.className(k), 1 + score * k);
    }
    double miou = iou.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    return new EvaluationResult(
        "source",
        40,
        6,
        miou,
        iou,
        Map.of("tail", score / 2),
        0.5,
        confusion(),
        distances,
        Optional.of(2 + score),
        Optional.of(100 * score),
        Optional.of(3 - score),
        9.5,
        Map.of("trimap-accuracy", score / 4));
  }

  /** Of 100 pixels of a class one is taken for the next class; the last class has none. */
  private static List<List<Long>> confusion() {
    var rows = new ArrayList<List<Long>>();
    for (int k = 0; k < SPACE.classes(); k++) {
      var row = new ArrayList<>(Collections.nCopies(SPACE.classes(), 0L));
      if (k < SPACE.classes() - 1) {
        row.set(k, 99L);
        row.set(k + 1, 1L);
      }
      rows.add(row);
    }
    return rows;
  }

  private static void metrics(RunDirectory run, double score) throws IOException {
    var log = new MetricsLog(run.metrics());
    var lines = new ArrayList<Map<String, Object>>();
    for (int i = 1; i <= 40; i++) {
      lines.add(
          Map.of(
              "type",
              "progress",
              "phase",
              "source",
              "iteration",
              i,
              "losses",
              new TreeMap<>(Map.of("seg", 3.0 / i, "adv", 0.7)),
              "rates",
              Map.of("segmenter/backbone", 2.5e-4 * (1 - i / 41.0)),
              "imagesPerSecond",
              8.0));
    }
    lines.add(Map.of("type", "evaluation", "phase", "source", "iteration", 20, "miou", score / 2));
    lines.add(Map.of("type", "evaluation", "phase", "source", "iteration", 40, "miou", score));
    for (Map<String, Object> line : lines) {
      log.append(line);
    }
  }

  private static void pictures(Path samples) throws IOException {
    Files.createDirectories(samples.resolve("source"));
    for (String moment : List.of("00000020", "00000040")) {
      Files.createDirectories(samples.resolve("source/history").resolve(moment));
    }
    for (String name :
        List.of(
            "a_1-image.png",
            "a_1-labels.png",
            "source/a_1.png",
            "source/t-sne.png",
            "source/history/00000020/a_1.png",
            "source/history/00000040/a_1.png")) {
      ImageIO.write(
          new BufferedImage(700, 20, BufferedImage.TYPE_3BYTE_BGR),
          "png",
          samples.resolve(name).toFile());
    }
  }
}
