package org.crossfade.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.file.LabelPictures;

/** Writes images and label files of a few pixels. */
public final class TinyFolders {
  private TinyFolders() {}

  /** Writes a picture whose red grows to the right and whose green grows downwards. */
  public static void image(Path file, int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < width * height; i++) {
      rgb[3 * i] = (byte) (255 * (i % width) / width);
      rgb[3 * i + 1] = (byte) (255 * (i / width) / height);
    }
    try {
      LabelPictures.writeImage(file, new Image(height, width, rgb));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes an image whose grey value, 0..255, depends on the column. */
  public static void grey(Path file, int width, int height, IntUnaryOperator valueOfColumn) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) valueOfColumn.applyAsInt(i / 3 % width);
    }
    try {
      LabelPictures.writeImage(file, new Image(height, width, rgb));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file of raw ids that depend on the column. */
  public static void labels(Path file, int width, int height, IntUnaryOperator idOfColumn) {
    byte[] ids = new byte[width * height];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (byte) idOfColumn.applyAsInt(i % width);
    }
    try {
      LabelPictures.writeTrainIds(file, new LabelMap(height, width, ids), LabelSpace.of(19));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies a folder with all that is in it. */
  public static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
