package org.crossfade.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.crossfade.weights.WeightFile.Format;

/**
 * What a file is by its kind and its first bytes. What is no weight file is refused with what it
 * looks like and what to do; what is no regular file (a pipe, a device) is not even opened, since
 * it could be waited for for ever.
 */
final class FileSignature {
  private static final int START = 512;
  private static final int TAR_MAGIC_AT = 257;

  /** The last bytes of TensorFlow's index of a checkpoint, a table of LevelDB, little-endian. */
  private static final long TENSORFLOW_INDEX = 0xdb4775248b80fb57L;

  private static final List<Look> LOOKS =
      List.of(
          Look.text(
              "version https://git-lfs",
              "a pointer of git-lfs in place of the file; fetch it with 'git lfs pull'"),
          Look.bytes("1f8b", "a file compressed by gzip; unpack it first (gunzip, or tar -xzf)"),
          Look.bytes("425a68", "a file compressed by bzip2; unpack it first"),
          Look.bytes("fd377a585a00", "a file compressed by xz; unpack it first"),
          Look.bytes("28b52ffd", "a file compressed by zstd; unpack it first"),
          Look.bytes("377abcaf271c", "an archive of 7-Zip; unpack it first"),
          Look.text("Rar!", "an archive of RAR; unpack it first"),
          Look.bytes("504b0506", "an empty zip archive; get it again"),
          Look.bytes(
              "894844460d0a1a0a",
              "a file of HDF5, as Keras writes; convert its weights to safetensors in Python"),
          Look.bytes("934e554d5059", "an array of NumPy; convert it to safetensors in Python"),
          Look.text("%PDF", "a PDF document; the download may have been another file"),
          Look.bytes(
              "0000000000000000",
              "a download that was cut off: it starts with zeros; get it again"));

  private FileSignature() {}

  /** What a file looks like that starts in a certain way, in hexadecimal digits. */
  private record Look(String start, String what) {
    static Look bytes(String hex, String what) {
      return new Look(hex, what);
    }

    static Look text(String ascii, String what) {
      return new Look(HexFormat.of().formatHex(ascii.getBytes(StandardCharsets.US_ASCII)), what);
    }
  }

  /**
   * The format of a weight file.
   *
   * @throws WeightFileException if it is something else
   */
  static Format of(Path file) {
    long size = size(file);
    if (size == 0) {
      throw new WeightFileException(
          file, "is empty; get it again (a download that failed leaves such a file)");
    }
    byte[] start = new byte[(int) Math.min(START, size)];
    FileRange.read(file, 0, start.length).get(start);
    // First: the length of a header may have 0x80 as its lowest byte, as a pickle has.
    if (size >= 9 && start[8] == '{' && allZero(start, 4, 8)) {
      return Format.SAFETENSORS;
    }
    if (startsWith(start, 'P', 'K', 3, 4)) {
      return Format.PTH_ZIP;
    }
    if (size >= 9 && (start[0] & 0xFF) == 0x80) {
      return Format.PTH_LEGACY;
    }
    if (size >= 9 && start[8] == '{') {
      return Format.SAFETENSORS;
    }
    throw new WeightFileException(
        file,
        "is no weight file: expected PyTorch's .pth (a zip archive, or a pickle that starts with"
            + " byte 0x80) or safetensors, found %d bytes that start with %s; %s"
                .formatted(
                    size,
                    HexFormat.ofDelimiter(" ").formatHex(start, 0, Math.min(9, start.length)),
                    look(file, size, start)));
  }

  /**
   * The size of a regular file.
   *
   * @throws WeightFileException if there is none, or if it is something else, which is not opened
   */
  static long size(Path file) {
    if (Files.isDirectory(file)) {
      throw new WeightFileException(file, directory(file));
    }
    if (!Files.exists(file)) {
      throw new WeightFileException(file, missing(file));
    }
    if (!Files.isRegularFile(file)) {
      throw new WeightFileException(
          file,
          "is a pipe or a device, not a file: weights are read at many places in turn; save them"
              + " into a file first");
    }
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static String directory(Path file) {
    if (Files.exists(file.resolve("saved_model.pb"))) {
      return "is a folder with a SavedModel of TensorFlow, not a weight file; convert its weights"
          + " to safetensors in Python";
    }
    return "is a folder, not a file; name the .pth or .safetensors file in it";
  }

  private static String missing(Path file) {
    if (Files.isSymbolicLink(file)) {
      return "is a link to something that is not there";
    }
    Path index = file.resolveSibling(file.getFileName() + ".index");
    if (Files.exists(index, LinkOption.NOFOLLOW_LINKS)) {
      return "there is no such file, but " + index.getFileName() + ": " + tensorFlow();
    }
    return "there is no such file";
  }

  private static String look(Path file, long size, byte[] start) {
    String hex = HexFormat.of().formatHex(start);
    for (Look look : LOOKS) {
      if (hex.startsWith(look.start())) {
        return "it looks like " + look.what();
      }
    }
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (start.length > TAR_MAGIC_AT + 5
        && new String(start, TAR_MAGIC_AT, 5, StandardCharsets.US_ASCII).equals("ustar")) {
      return "it looks like a tar archive; unpack it first (tar -xf). PyTorch before 0.1.10 wrote"
          + " such files itself: load and save them with a newer one";
    }
    if (name.matches(".*\\.data-\\d+-of-\\d+") || name.endsWith(".meta") || isIndex(file, size)) {
      return "it looks like " + tensorFlow();
    }
    if (size < 9) {
      return "it has too few bytes; get it again";
    }
    String text = new String(start, StandardCharsets.UTF_8).strip();
    if (text.startsWith("<")) {
      return "it looks like a web page: the download may have asked to log in, or for a quota; open"
          + " the address in a browser and save the file itself";
    }
    if (text.startsWith("{")) {
      return "it looks like JSON: an index of several safetensors files, or the answer of a server;"
          + " name the weight file itself";
    }
    if (text.chars().allMatch(c -> (c >= ' ' && c != 0xFFFD) || Character.isWhitespace(c))) {
      return "it looks like text: '%s'".formatted(PrintableText.name(text));
    }
    return "get the file again, or convert it to safetensors in Python";
  }

  private static String tensorFlow() {
    return "a part of a checkpoint of TensorFlow; convert its weights to safetensors in Python";
  }

  private static boolean isIndex(Path file, long size) {
    return size >= Long.BYTES
        && FileRange.read(file, size - Long.BYTES, Long.BYTES).getLong() == TENSORFLOW_INDEX;
  }

  private static boolean allZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    for (int i = 0; i < start.length; i++) {
      if (i == bytes.length || bytes[i] != start[i]) {
        return false;
      }
    }
    return true;
  }
}
