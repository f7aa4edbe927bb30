package org.crossfade.report.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.report.Comparison;
import org.crossfade.report.FinishedRun;
import org.crossfade.report.MethodScores;

/**
 * Image, ground truth and every method's prediction of a few validation samples.
 *
 * @param samples one a sample
 * @param legend the classes and their colours
 * @param seed whose predictions are shown
 */
record Qualitative(List<SampleRow> samples, List<Page.Swatch> legend, String seed) {
  private static final int SAMPLES = 4;
  private static final String IMAGE = "-image.png";

  /** One sample. */
  record SampleRow(String id, List<Picture> pictures) {}

  /** One picture. */
  record Picture(String title, String description, String uri, boolean labels) {}

  boolean present() {
    return !samples.isEmpty();
  }

  static Qualitative of(Comparison comparison) throws IOException {
    FinishedRun first = comparison.methods().get(0).first();
    var rows = new ArrayList<SampleRow>();
    for (String id : ids(first.directory().samples())) {
      var pictures = new ArrayList<Picture>();
      Path samples = first.directory().samples();
      add(pictures, "image", id, false, Pictures.photograph(samples.resolve(id + IMAGE)));
      add(pictures, "ground truth", id, true, Pictures.labels(samples.resolve(id + "-labels.png")));
      for (MethodScores method : comparison.methods()) {
        FinishedRun run = method.first();
        Path file = run.directory().samples().resolve(run.scores().phase()).resolve(id + ".png");
        add(pictures, method.label(), id, true, Pictures.labels(file));
      }
      rows.add(new SampleRow(id, pictures));
    }
    return new Qualitative(
        rows, Page.swatches(comparison.labelSpace()), Long.toString(first.seed()));
  }

  private static void add(
      List<Picture> pictures, String title, String id, boolean labels, Optional<String> uri) {
    uri.ifPresent(u -> pictures.add(new Picture(title, title + " of " + id, u, labels)));
  }

  private static List<String> ids(Path samples) throws IOException {
    if (!Files.isDirectory(samples)) {
      return List.of();
    }
    try (var files = Files.list(samples)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(IMAGE))
          .map(name -> name.substring(0, name.length() - IMAGE.length()))
          .sorted()
          .limit(SAMPLES)
          .toList();
    }
  }
}
