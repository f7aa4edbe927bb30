package org.crossfade.training.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The pictures that evaluations leave: {@code ID-image.png} and {@code ID-labels.png} in the folder
 * itself, the last predictions of a phase in {@code PHASE/ID.png}, those of every evaluation in
 * {@code PHASE/history/ITERATION/ID.png}, and its features by t-SNE.
 */
public final class SamplePictures {
  private static final String FEATURES = "t-sne.png";
  private static final String HISTORY = "history";

  private SamplePictures() {}

  /**
   * Returns the picture of features at the end of a phase, where there is one.
   *
   * @param samples folder of pictures
   */
  public static Path features(Path samples, String phase) {
    return samples.resolve(phase).resolve(FEATURES);
  }

  /**
   * Returns the folder of the predictions at one iteration of a phase.
   *
   * @param samples folder of pictures
   */
  public static Path at(Path samples, String phase, long iteration) {
    return samples
        .resolve(phase)
        .resolve(HISTORY)
        .resolve(String.format(Locale.ROOT, "%08d", iteration));
  }

  /**
   * Returns the last predictions of a phase, by the name of their sample.
   *
   * @param samples folder of pictures
   */
  public static SortedMap<String, Path> predictions(Path samples, String phase) throws IOException {
    var predictions = new TreeMap<String, Path>();
    Path folder = samples.resolve(phase);
    if (Files.isDirectory(folder)) {
      try (var files = Files.list(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String name = file.getFileName().toString();
          if (name.endsWith(".png") && !name.equals(FEATURES)) {
            predictions.put(name.substring(0, name.length() - ".png".length()), file);
          }
        }
      }
    }
    return predictions;
  }

  /**
   * Copies the images, the labels and the predictions of one phase, where there are any.
   *
   * @param from folder of pictures
   * @param to folder of pictures; those of the same name are replaced
   */
  public static void copy(Path from, Path to, String phase) throws IOException {
    var parts = new ArrayList<>(List.of(Path.of(""), Path.of(phase)));
    Path history = from.resolve(phase).resolve(HISTORY);
    if (Files.isDirectory(history)) {
      try (var moments = Files.list(history)) {
        moments.sorted().map(from::relativize).forEach(parts::add);
      }
    }
    for (Path part : parts) {
      Path folder = from.resolve(part);
      if (!Files.isDirectory(folder)) {
        continue;
      }
      Files.createDirectories(to.resolve(part));
      try (var pictures = Files.list(folder)) {
        for (Path picture : pictures.filter(Files::isRegularFile).toList()) {
          Files.copy(
              picture,
              to.resolve(part).resolve(picture.getFileName()),
              StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
