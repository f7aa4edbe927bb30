package org.crossfade.training.evaluation;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.crossfade.core.data.DataException;
import org.crossfade.core.metric.CityscapesEvaluation;
import org.crossfade.datasets.file.IdFiles;
import org.crossfade.datasets.kind.Cityscapes;

/**
 * The benchmark's scores of two folders of PNGs of raw label ids, as cityscapesScripts computes
 * them. Scores of instances (iIoU) are left out: they need files of instances.
 *
 * @param images how many
 * @param iou of each class that occurs, by name
 * @param miou their mean
 * @param categoryIou of each category that occurs, by name
 * @param categoryMiou their mean
 * @param trainIds whether the predictions look like train ids: 0 to 18 and 255 alone
 */
public record CityscapesScores(
    int images,
    Map<String, Double> iou,
    double miou,
    Map<String, Double> categoryIou,
    double categoryMiou,
    boolean trainIds) {
  private static final Pattern FRAME = Pattern.compile("([^_]+_\\d{6}_\\d{6})(_.*)?\\.png");
  private static final String LABELS = "_labelIds.png";
  private static final int SHOWN = 8;
  private static final int LICENSE_PLATE = 255;
  private static final int LARGEST_TRAIN_ID = 18;

  /**
   * Scores predictions. A label file {@code CITY_SEQUENCE_FRAME_gtFine_labelIds.png} goes with the
   * one prediction whose name begins {@code CITY_SEQUENCE_FRAME}, as the server has it; a file of
   * another name with the prediction of that name.
   *
   * @throws DataException if a prediction is missing, is there twice, or has another size, or if
   *     nothing can be scored
   */
  public static CityscapesScores of(Path predictions, Path labels) throws IOException {
    Map<String, Path> predicted = predictions(predictions);
    List<Path> files = labels(labels);
    List<Path> missing = files.stream().filter(f -> !predicted.containsKey(key(f))).toList();
    if (!missing.isEmpty()) {
      throw new DataException(
          "%s: holds no prediction for %d of %d label files: %s%s"
              .formatted(
                  predictions,
                  missing.size(),
                  files.size(),
                  missing.stream()
                      .limit(SHOWN)
                      .map(f -> f.getFileName().toString())
                      .collect(Collectors.joining(", ")),
                  missing.size() > SHOWN ? ", ..." : ""));
    }
    var evaluation = new CityscapesEvaluation();
    boolean trainIds = true;
    for (Path file : files) {
      Path prediction = predicted.get(key(file));
      int[] ids = ids(file, prediction, evaluation);
      for (int id : ids) {
        trainIds &= id <= LARGEST_TRAIN_ID || id == LICENSE_PLATE;
      }
    }
    return of(files.size(), evaluation, trainIds, labels);
  }

  private static CityscapesScores of(
      int images, CityscapesEvaluation evaluation, boolean trainIds, Path labels) {
    Map<String, Double> iou = named(Cityscapes.RAW_IDS, evaluation.classIou());
    if (iou.isEmpty()) {
      throw new DataException(
          labels
              + ": no pixel of its label files is of a class that is scored, so that there is no"
              + " score; expected raw label ids, such as 7 for road");
    }
    return new CityscapesScores(
        images,
        iou,
        evaluation.meanClassIou(),
        named(CityscapesEvaluation.CATEGORIES, evaluation.categoryIou()),
        evaluation.meanCategoryIou(),
        trainIds);
  }

  private static int[] ids(Path file, Path prediction, CityscapesEvaluation evaluation) {
    IdFiles.Ids truth = IdFiles.read(file);
    IdFiles.Ids predicted = IdFiles.read(prediction);
    if (!truth.size().equals(predicted.size())) {
      throw new DataException(
          "%s has %s pixels, and the labels %s have %s"
              .formatted(prediction, predicted.size(), file, truth.size()));
    }
    int[] labels = truth.ids();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == LICENSE_PLATE) {
        labels[i] = -1;
      } else if (labels[i] >= CityscapesEvaluation.IDS) {
        throw new DataException(
            "%s: holds the id %d, and raw label ids are 0 to %d, or 255"
                .formatted(file, labels[i], CityscapesEvaluation.IDS - 1));
      }
    }
    evaluation.add(labels, predicted.ids());
    return predicted.ids();
  }

  private static Map<String, Path> predictions(Path folder) throws IOException {
    var byKey = new LinkedHashMap<String, Path>();
    for (Path file : pngs(folder)) {
      Path other = byKey.put(key(file), file);
      if (other != null) {
        throw new DataException(
            "%s and %s both are predictions of %s; leave one".formatted(other, file, key(file)));
      }
    }
    return byKey;
  }

  /** Of a tree of Cityscapes, the files of label ids; of another, all. */
  private static List<Path> labels(Path folder) throws IOException {
    List<Path> all = pngs(folder);
    List<Path> own = all.stream().filter(f -> f.toString().endsWith(LABELS)).toList();
    List<Path> chosen = own.isEmpty() ? all : own;
    if (chosen.isEmpty()) {
      throw new DataException(folder + ": the folder holds no .png file");
    }
    return chosen;
  }

  private static List<Path> pngs(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new DataException(folder + ": there is no such folder");
    }
    try (var files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return new ArrayList<>(
          files
              .filter(f -> f.toString().toLowerCase(Locale.ROOT).endsWith(".png"))
              .filter(f -> !f.getFileName().toString().startsWith("."))
              .filter(Files::isRegularFile)
              .sorted()
              .toList());
    }
  }

  private static String key(Path file) {
    String name = file.getFileName().toString();
    Matcher frame = FRAME.matcher(name);
    return frame.matches() ? frame.group(1) : name.substring(0, name.length() - ".png".length());
  }

  private static Map<String, Double> named(List<String> names, double[] scores) {
    var named = new LinkedHashMap<String, Double>();
    for (int i = 0; i < scores.length; i++) {
      if (!Double.isNaN(scores[i])) {
        named.put(names.get(i), scores[i]);
      }
    }
    return named;
  }

  /** Returns the scores as text, in percent with one decimal. */
  public String text() {
    var lines = new ArrayList<String>();
    lines.add(line("class", "IoU"));
    iou.forEach((name, value) -> lines.add(line(name, percent(value))));
    lines.add(line("mean", percent(miou)));
    lines.add("");
    lines.add(line("category", "IoU"));
    categoryIou.forEach((name, value) -> lines.add(line(name, percent(value))));
    lines.add(line("mean", percent(categoryMiou)));
    lines.add("");
    lines.add(images + " images; iIoU is left out, which needs files of instances");
    return String.join("\n", lines);
  }

  private static String line(String name, String value) {
    return String.format(Locale.ROOT, "%-16s %6s", name, value);
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f", 100 * fraction);
  }
}
