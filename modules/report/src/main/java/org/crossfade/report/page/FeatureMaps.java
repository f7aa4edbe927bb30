package org.crossfade.report.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.report.Comparison;
import org.crossfade.report.FinishedRun;
import org.crossfade.report.MethodScores;
import org.crossfade.training.run.SamplePictures;

/**
 * Features of the target's validation images in two dimensions, method by method.
 *
 * @param maps one a method that has one
 * @param legend the classes and their colours
 * @param seed whose features are shown
 */
record FeatureMaps(List<Qualitative.Picture> maps, List<Page.Swatch> legend, String seed) {
  boolean present() {
    return !maps.isEmpty();
  }

  static FeatureMaps of(Comparison comparison) throws IOException {
    var maps = new ArrayList<Qualitative.Picture>();
    for (MethodScores method : comparison.methods()) {
      FinishedRun run = method.first();
      Optional<String> picture =
          Pictures.labels(SamplePictures.features(run.directory().samples(), run.scores().phase()));
      picture.ifPresent(
          uri ->
              maps.add(
                  new Qualitative.Picture(
                      method.label(), "t-SNE of the features of " + method.label(), uri, true)));
    }
    return new FeatureMaps(
        maps,
        Page.swatches(comparison.labelSpace()),
        Long.toString(comparison.methods().get(0).first().seed()));
  }
}
