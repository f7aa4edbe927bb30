package org.crossfade.report.page;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures of a run inside the page: data URIs of a bounded size. */
final class Pictures {
  /** The largest width in pixels. */
  static final int WIDTH = 512;

  private static final float QUALITY = 0.88f;

  private Pictures() {}

  /** Returns a photograph as JPEG, or nothing if the file is not there. */
  static Optional<String> photograph(Path file) throws IOException {
    Optional<BufferedImage> image = read(file, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    if (image.isEmpty()) {
      return Optional.empty();
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(QUALITY);
      var bytes = new ByteArrayOutputStream();
      try (var stream = new MemoryCacheImageOutputStream(bytes)) {
        writer.setOutput(stream);
        writer.write(null, new IIOImage(image.get(), null, null), settings);
      }
      return Optional.of(uri("image/jpeg", bytes.toByteArray()));
    } finally {
      writer.dispose();
    }
  }

  /** Returns a picture of labels as PNG, its colours unmixed, or nothing if it is not there. */
  static Optional<String> labels(Path file) throws IOException {
    Optional<BufferedImage> image = read(file, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    if (image.isEmpty()) {
      return Optional.empty();
    }
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(image.get(), "png", bytes);
    return Optional.of(uri("image/png", bytes.toByteArray()));
  }

  private static Optional<BufferedImage> read(Path file, Object interpolation) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    BufferedImage image = ImageIO.read(file.toFile());
    if (image == null) {
      throw new IOException(file + ": not a picture that this Java runtime can read");
    }
    if (image.getWidth() <= WIDTH) {
      return Optional.of(image);
    }
    int height = Math.max(1, Math.round((float) image.getHeight() * WIDTH / image.getWidth()));
    var smaller = new BufferedImage(WIDTH, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = smaller.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, interpolation);
      graphics.drawImage(image, 0, 0, WIDTH, height, null);
    } finally {
      graphics.dispose();
    }
    return Optional.of(smaller);
  }

  private static String uri(String type, byte[] bytes) {
    return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
  }
}
