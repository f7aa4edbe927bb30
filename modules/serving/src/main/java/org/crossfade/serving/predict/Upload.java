package org.crossfade.serving.predict;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.PixelSize;
import org.crossfade.datasets.file.ImageFiles;
import org.crossfade.serving.http.Problem;
import org.crossfade.serving.http.ProblemException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Attributes;

/** Finds the one image in a body, and refuses what is none before a pixel of it is decoded. */
final class Upload {
  private static final String FORM = "multipart/form-data";
  private static final int MOST_PARTS = 8;
  private static final int MOST_HEADERS = 8192;

  /** A progressive JPEG has a dozen; each of thousands would be decoded over the whole picture. */
  private static final int MOST_SCANS = 256;

  private Upload() {}

  /**
   * Checks what a body says that it is.
   *
   * @throws org.crossfade.serving.http.ProblemException if that can't be an image
   */
  static void requireImageType(HttpFields headers) {
    String type = type(headers);
    boolean fits =
        switch (type) {
          case "", "image/png", "image/jpeg", "image/jpg", "application/octet-stream", FORM -> true;
          default -> false;
        };
    if (!fits) {
      throw new Problem(
              HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
              "expected a body of image/png, image/jpeg or %s, found %s".formatted(FORM, type))
          .thrown();
    }
  }

  private static String type(HttpFields headers) {
    String type = headers.get(HttpHeader.CONTENT_TYPE);
    return type == null ? "" : MimeTypes.getBase(type).strip().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the bytes of the image's file.
   *
   * @throws org.crossfade.serving.http.ProblemException if there is none
   */
  static byte[] file(HttpFields headers, byte[] body) {
    byte[] file =
        type(headers).equals(FORM) ? part(headers.get(HttpHeader.CONTENT_TYPE), body) : body;
    if (file.length == 0) {
      throw new Problem(HttpStatus.BAD_REQUEST_400, "expected an image, found 0 bytes").thrown();
    }
    return file;
  }

  /** The part called {@code image}, or else the first; everything stays in memory. */
  private static byte[] part(String type, byte[] body) {
    String boundary = MultiPart.extractBoundary(type);
    if (boundary == null) {
      throw badForm("its Content-Type has no boundary").thrown();
    }
    MultiPartConfig config =
        new MultiPartConfig.Builder()
            .maxParts(MOST_PARTS)
            .maxHeadersSize(MOST_HEADERS)
            .maxSize(body.length)
            .maxPartSize(body.length)
            .maxMemoryPartSize(body.length)
            .useFilesForPartsWithoutFileName(false)
            .build();
    try (MultiPartFormData.Parts parts =
        MultiPartFormData.getParts(
            Content.Source.from(ByteBuffer.wrap(body)), new Attributes.Mapped(), type, config)) {
      if (parts.size() == 0) {
        throw badForm("it has no part").thrown();
      }
      MultiPart.Part named = parts.getFirst("image");
      MultiPart.Part part = named == null ? parts.get(0) : named;
      ByteBuffer content = Content.Source.asByteBuffer(part.getContentSource());
      byte[] file = new byte[content.remaining()];
      content.get(file);
      return file;
    } catch (ProblemException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw badForm(reason(e)).thrown();
    }
  }

  private static String reason(Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return String.valueOf(first.getMessage());
  }

  private static Problem badForm(String why) {
    return new Problem(
        HttpStatus.BAD_REQUEST_400,
        "the form can't be read (%s); expected %s with a part 'image'".formatted(why, FORM));
  }

  /**
   * Returns the size that an image's header says.
   *
   * @throws org.crossfade.serving.http.ProblemException if it is no PNG or JPEG, corrupt, or has
   *     more pixels than allowed
   */
  static PixelSize size(byte[] file, long maxPixels) {
    Optional<String> magic = magic(file);
    if (magic.isEmpty()) {
      throw new Problem(
              HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
              "expected the bytes of a PNG or JPEG file, found other content")
          .thrown();
    }
    PixelSize size;
    try {
      size = ImageFiles.header(PredictionQueue.NAME, file).size();
    } catch (DataException e) {
      throw new Problem(HttpStatus.BAD_REQUEST_400, e.getMessage()).thrown();
    }
    if ((long) size.width() * size.height() > maxPixels) {
      throw tooLarge(size, "more than the %d that this server takes".formatted(maxPixels)).thrown();
    }
    if (magic.get().equals("jpeg") && scans(file) > MOST_SCANS) {
      throw new Problem(
              HttpStatus.BAD_REQUEST_400,
              "the JPEG has more than %d scans, which no camera writes".formatted(MOST_SCANS))
          .thrown();
    }
    return size;
  }

  static Problem tooLarge(PixelSize size, String why) {
    return new Problem(
        HttpStatus.PAYLOAD_TOO_LARGE_413,
        "the image has %s pixels, %s; make it smaller".formatted(size, why));
  }

  private static Optional<String> magic(byte[] file) {
    if (file.length >= 4 && file[0] == (byte) 0x89 && file[1] == 'P' && file[2] == 'N') {
      return Optional.of("png");
    }
    boolean jpeg = file.length >= 3 && file[0] == (byte) 0xFF && file[1] == (byte) 0xD8;
    return jpeg ? Optional.of("jpeg") : Optional.empty();
  }

  private static int scans(byte[] file) {
    int scans = 0;
    for (int i = 0; i + 1 < file.length; i++) {
      if (file[i] == (byte) 0xFF && file[i + 1] == (byte) 0xDA) {
        scans++;
      }
    }
    return scans;
  }
}
