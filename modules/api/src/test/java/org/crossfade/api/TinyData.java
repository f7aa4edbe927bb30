package org.crossfade.api;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;

/** Pictures of 64x32: a road below a sky, and a car on it. */
final class TinyData {
  static final String[] CLASSES = {"road", "sky", "car"};

  /** What makes a run of the tests' tiny method tiny. */
  static final String[] OPTIONS = {
    "run.threads = 1",
    "run.log-every = 1",
    "run.sample-images = 1",
    "run.class-center-distance = false",
    "tiny.source.iterations = 4",
    "tiny.source.stream.width = 64",
    "tiny.target-iterations = 2"
  };

  private TinyData() {}

  static InMemoryDataset labelled(String name, int images, long seed) {
    return labelled(name, images, seed, List.of(CLASSES));
  }

  /** With ids in another order of the same classes. */
  static InMemoryDataset labelled(String name, int images, long seed, List<String> order) {
    var data = new InMemoryDataset(name, order.toArray(String[]::new));
    var random = new Random(seed);
    for (int i = 0; i < images; i++) {
      int x = random.nextInt(48);
      data.add(picture(x), ids(x, order));
    }
    return data;
  }

  static InMemoryDataset unlabelled(String name, int images, long seed) {
    var data = new InMemoryDataset(name);
    var random = new Random(seed);
    for (int i = 0; i < images; i++) {
      data.add(picture(random.nextInt(48)));
    }
    return data;
  }

  static BufferedImage picture(int car) {
    var picture = new BufferedImage(64, 32, BufferedImage.TYPE_INT_RGB);
    draw(picture, car, Color.GRAY, Color.CYAN, Color.RED);
    return picture;
  }

  private static BufferedImage ids(int car, List<String> order) {
    var ids = new BufferedImage(64, 32, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 64; x++) {
        boolean isCar = x >= car && x < car + 16 && y >= 12 && y < 24;
        String name = isCar ? "car" : y < 16 ? "sky" : "road";
        ids.getRaster().setSample(x, y, 0, order.indexOf(name));
      }
    }
    return ids;
  }

  private static void draw(BufferedImage in, int car, Color road, Color sky, Color ofCar) {
    Graphics2D g = in.createGraphics();
    g.setColor(sky);
    g.fillRect(0, 0, 64, 16);
    g.setColor(road);
    g.fillRect(0, 16, 64, 16);
    g.setColor(ofCar);
    g.fillRect(car, 12, 16, 12);
    g.dispose();
  }
}
