package org.crossfade.report.page;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.crossfade.report.Comparison;
import org.crossfade.report.FinishedRun;
import org.crossfade.report.MetricsHistory;
import org.crossfade.training.run.SamplePictures;

/**
 * What one run made of the same samples over time. A page of several would be too large.
 *
 * @param moments in order, one of which is shown at a time
 */
record Timeline(List<Moment> moments) {
  /** The style sheet knows so many. */
  static final int MOST = 12;

  private static final int SAMPLES = 4;

  /** One evaluation. */
  record Moment(int number, String title, boolean last, List<Qualitative.Picture> pictures) {}

  boolean present() {
    return moments.size() > 1;
  }

  static Timeline of(Comparison comparison) throws IOException {
    var moments = new ArrayList<Moment>();
    if (comparison.methods().size() == 1 && !comparison.severalSeeds()) {
      FinishedRun run = comparison.methods().get(0).first();
      List<MetricsHistory.Evaluation> all =
          run.phases().stream()
              .flatMap(phase -> run.history().evaluationsOf(phase).stream())
              .toList();
      List<MetricsHistory.Evaluation> kept = evenly(all);
      for (MetricsHistory.Evaluation at : kept) {
        List<Qualitative.Picture> pictures = pictures(run, at);
        if (!pictures.isEmpty()) {
          moments.add(
              new Moment(
                  moments.size() + 1,
                  "%s, iteration %d: %s %%"
                      .formatted(at.phase(), at.iteration(), Numbers.percent(at.miou())),
                  at.equals(kept.get(kept.size() - 1)),
                  pictures));
        }
      }
    }
    return new Timeline(List.copyOf(moments));
  }

  /** As many as there is room for, the first and the last among them. */
  private static List<MetricsHistory.Evaluation> evenly(List<MetricsHistory.Evaluation> all) {
    if (all.size() <= MOST) {
      return all;
    }
    return IntStream.range(0, MOST)
        .mapToObj(i -> all.get((int) Math.round(i * (all.size() - 1.0) / (MOST - 1))))
        .toList();
  }

  private static List<Qualitative.Picture> pictures(FinishedRun run, MetricsHistory.Evaluation at)
      throws IOException {
    Path samples = run.directory().samples();
    Path folder = SamplePictures.at(samples, at.phase(), at.iteration());
    var pictures = new ArrayList<Qualitative.Picture>();
    List<String> ids =
        SamplePictures.predictions(samples, at.phase()).keySet().stream().limit(SAMPLES).toList();
    for (String id : ids) {
      Pictures.labels(folder.resolve(id + ".png"))
          .ifPresent(
              uri ->
                  pictures.add(
                      new Qualitative.Picture(
                          id,
                          "prediction for %s after iteration %d of %s"
                              .formatted(id, at.iteration(), at.phase()),
                          uri,
                          true)));
    }
    return pictures;
  }
}
