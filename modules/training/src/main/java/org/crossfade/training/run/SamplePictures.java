package org.crossfade.training.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The pictures that evaluations leave: {@code ID-image.png} and {@code ID-labels.png} in the folder
 * itself, the predictions of a phase in {@code PHASE/ID.png}, and its features by t-SNE.
 */
public final class SamplePictures {
  private static final String FEATURES = "t-sne.png";

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
   * Copies the images, the labels and the predictions of one phase, where there are any.
   *
   * @param from folder of pictures
   * @param to folder of pictures; those of the same name are replaced
   */
  public static void copy(Path from, Path to, String phase) throws IOException {
    for (Path part : List.of(Path.of(""), Path.of(phase))) {
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
