package org.crossfade.serving.predict;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.file.LabelPictures;
import org.crossfade.datasets.streets.Split;
import org.crossfade.datasets.streets.Streets;
import org.crossfade.datasets.streets.Style;
import org.crossfade.serving.http.Answer;
import org.crossfade.serving.http.Endpoint;
import org.crossfade.serving.http.Site;

/** Generated street scenes that the page offers, each of another city; drawn when asked for. */
final class StreetScenes {
  private static final int COUNT = 6;
  private static final int WIDTH = 512;
  private static final int HEIGHT = 256;

  /** A scene as the page names it. */
  record Scene(String path, int number) {}

  private final Dataset scenes =
      Streets.dataset(Style.TARGET, Split.VAL, COUNT, WIDTH, HEIGHT, LabelSpace.of(19));

  private final List<byte[]> drawn =
      Collections.synchronizedList(new ArrayList<>(Collections.nCopies(COUNT, new byte[0])));

  List<Scene> all() {
    var all = new ArrayList<Scene>();
    for (int n = 1; n <= COUNT; n++) {
      all.add(new Scene("streets/" + n + ".png", n));
    }
    return all;
  }

  void addTo(Site.Builder site) {
    for (Scene scene : all()) {
      site.get("/" + scene.path(), Endpoint.of(() -> Answer.of("image/png", png(scene.number()))));
    }
  }

  private byte[] png(int number) throws IOException {
    byte[] png = drawn.get(number - 1);
    if (png.length == 0) {
      png = LabelPictures.imagePng(scenes.readImage(number - 1));
      drawn.set(number - 1, png);
    }
    return png;
  }
}
