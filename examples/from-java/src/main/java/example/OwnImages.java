package example;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.crossfade.api.Crossfade;
import org.crossfade.api.InMemoryDataset;
import org.crossfade.api.TrainedModel;
import org.crossfade.api.Training;
import org.crossfade.training.loop.TrainingListener;

/** Trains FADA from bright drawings with labels to dark ones without. */
public final class OwnImages {
  private static final String[] CLASSES = {"road", "sky", "car"};
  private static final int WIDTH = 256;
  private static final int HEIGHT = 128;

  private OwnImages() {}

  /** Takes a folder for the results, and options. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    String[] options = Arrays.copyOfRange(arguments, 1, arguments.length);
    var random = new Random(1);

    var bright = new InMemoryDataset("bright", CLASSES);
    var dark = new InMemoryDataset("dark");
    var darkWithLabels = new InMemoryDataset("dark-with-labels", CLASSES);
    for (int i = 0; i < 20; i++) {
      int car = random.nextInt(WIDTH);
      bright.add(drawing(car, Color.GRAY, Color.CYAN, Color.RED), labels(car));
      dark.add(drawing(random.nextInt(WIDTH), Color.DARK_GRAY, Color.BLUE, Color.MAGENTA));
      darkWithLabels.add(drawing(car, Color.DARK_GRAY, Color.BLUE, Color.MAGENTA), labels(car));
    }

    Training training =
        Crossfade.method("fada")
            .smallForm()
            .source(bright)
            .target(dark)
            .validation(darkWithLabels)
            .options("run.class-center-distance = false", "run.feature-map-cells = 0")
            .options(options)
            .listener(
                new TrainingListener() {
                  @Override
                  public void progressed(Progress at) {
                    System.out.printf(
                        "%s %d of %d: %s%n",
                        at.phase(), at.iteration(), at.iterations(), at.losses());
                  }
                });
    try (TrainedModel model = training.train(folder.resolve("run"))) {
      System.out.printf("mIoU %.1f %%%n", 100 * model.evaluate(darkWithLabels).miou());
      BufferedImage picture = drawing(100, Color.DARK_GRAY, Color.BLUE, Color.MAGENTA);
      Files.createDirectories(folder);
      ImageIO.write(
          model.predict(picture).overlay(0.5), "png", folder.resolve("overlay.png").toFile());
    }
  }

  private static BufferedImage drawing(int car, Color road, Color sky, Color ofCar) {
    var picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    draw(picture, car, road, sky, ofCar);
    return picture;
  }

  /** A grey picture whose values are the ids of the classes. */
  private static BufferedImage labels(int car) {
    var ids = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        boolean isCar = x >= car && x < car + 60 && y >= 50 && y < 90;
        ids.getRaster().setSample(x, y, 0, isCar ? 2 : y < HEIGHT / 2 ? 1 : 0);
      }
    }
    return ids;
  }

  private static void draw(BufferedImage in, int car, Color road, Color sky, Color ofCar) {
    Graphics2D pen = in.createGraphics();
    pen.setColor(sky);
    pen.fillRect(0, 0, WIDTH, HEIGHT / 2);
    pen.setColor(road);
    pen.fillRect(0, HEIGHT / 2, WIDTH, HEIGHT / 2);
    pen.setColor(ofCar);
    pen.fillRect(car, 50, 60, 40);
    pen.dispose();
  }
}
