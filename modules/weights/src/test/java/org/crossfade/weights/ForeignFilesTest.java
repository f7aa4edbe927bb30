package org.crossfade.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no weight file is refused with what it looks like and what to do. */
class ForeignFilesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<!DOCTYPE html><html>Quota exceeded</html> | web page | log in",
        "<html>404 Not Found</html> | web page | save the file itself",
        "version https://git-lfs.github.com/spec/v1 oid sha256:00 size 178 | git-lfs | git lfs"
            + " pull",
        "{\"metadata\": {}, \"weight_map\": {}} | JSON | name the weight file itself",
        "Not authorised, please ask | text: 'Not authorised, please ask' | found 26 bytes",
        "short | found 5 bytes | too few bytes; get it again",
        "%PDF-1.4 something | PDF | another file",
      })
  void textsAreTold(String content, String looks, String advice) throws IOException {
    assertRefused(PthFiles.text(directory.resolve("w.pth"), content), looks, advice);
  }

  @ParameterizedTest
  @CsvSource({
    "1f8b0800000000000003, gzip, unpack it first",
    "425a68393141592653, bzip2, unpack it first",
    "fd377a585a000004e6, xz, unpack it first",
    "28b52ffd0458010000, zstd, unpack it first",
    "377abcaf271c000400, 7-Zip, unpack it first",
    "526172211a07010033, RAR, unpack it first",
    "504b05060000000000000000000000000000000000000000, empty zip, get it again",
    "894844460d0a1a0a0001, HDF5, convert",
    "934e554d505901007600, NumPy, convert",
    "000000000000000000000000, starts with zeros, get it again",
    "0a0b0c0d0e0f01020304, found 10 bytes that start with 0a 0b, get the file again",
  })
  void otherFormatsAreTold(String hex, String looks, String advice) throws IOException {
    Path file = Files.write(directory.resolve("w.pth"), HexFormat.of().parseHex(hex));
    assertRefused(file, looks, advice);
  }

  @Test
  void tarArchivesAreTold() throws IOException {
    byte[] tar = new byte[1024];
    System.arraycopy("storages/".getBytes(StandardCharsets.US_ASCII), 0, tar, 0, 9);
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    assertRefused(Files.write(directory.resolve("w.pth"), tar), "tar archive", "tar -xf", "0.1.10");
  }

  @Test
  void checkpointsOfTensorFlowAreTold() throws IOException {
    byte[] index = new byte[64];
    byte[] magic = HexFormat.of().parseHex("57fb808b247547db");
    Arrays.fill(index, (byte) 1);
    System.arraycopy(magic, 0, index, 56, 8);
    Path file = Files.write(directory.resolve("model.ckpt-1.index"), index);
    assertRefused(file, "checkpoint of TensorFlow", "convert");
    assertRefused(directory.resolve("model.ckpt-1"), "model.ckpt-1.index", "TensorFlow");
    Path data = directory.resolve("model.ckpt-1.data-00000-of-00001");
    assertRefused(
        Files.write(data, HexFormat.of().parseHex("3f80000001020304050607")), "TensorFlow");
    Path saved = Files.createDirectory(directory.resolve("saved"));
    Files.createFile(saved.resolve("saved_model.pb"));
    assertRefused(saved, "SavedModel", "convert");
  }

  @Test
  void foldersEmptyFilesLinksAndMissingFilesAreTold() throws IOException {
    assertRefused(directory, "is a folder, not a file", "name the .pth");
    assertRefused(Files.createFile(directory.resolve("empty.pth")), "is empty", "get it again");
    assertRefused(directory.resolve("none.pth"), "there is no such file");
    Path link = directory.resolve("link.pth");
    assertRefused(
        Files.createSymbolicLink(link, directory.resolve("none.pth")), "a link to something");
    assertThatThrownBy(() -> Safetensors.read(directory)).hasMessageContaining("is a folder");
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void pipesAndDevicesAreRefusedAndNotWaitedFor() throws Exception {
    Path pipe = directory.resolve("pipe.pth");
    int exit = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
    assumeTrue(exit == 0, "this machine makes no pipes");
    assertRefused(pipe, "is a pipe or a device", "save them into a file first");
    assertThatThrownBy(() -> Safetensors.read(pipe)).hasMessageContaining("is a pipe");
    assertThatThrownBy(() -> Safetensors.write(pipe, List.of()))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("cannot be written: it is a folder, a pipe or a device");
    assertRefused(Path.of("/dev/zero"), "is a pipe or a device");
  }

  @Test
  void otherArchivesAreToldByWhatTheyHold() throws IOException {
    Path file = directory.resolve("w.pth");
    byte[] none = new PickleWriter().none().stop();
    assertRefused(
        PthFiles.zip(file, none, Map.of("x/data.pkl", new byte[1])),
        "not one of PyTorch: it has 2 entries data.pkl");
    assertRefused(PthFiles.zip(file, none, Map.of("constants.pkl", new byte[1])), "TorchScript");
    assertRefused(
        PthFiles.zipOf(file, Map.of("best/model.pth", new byte[1])),
        "0 entries data.pkl",
        "'best/model.pth': unpack it first");
    assertRefused(PthFiles.zipOf(file, Map.of("w.npy", new byte[1])), "arrays of NumPy");
    assertRefused(
        PthFiles.zipOf(file, Map.of("word/\u001b[2J.xml", new byte[1])),
        "first entry is 'word/\\u001b[2J.xml'");
  }

  @Test
  void picklesOfOthersAreTold() throws IOException {
    Path file = directory.resolve("w.pkl");
    assertRefused(
        Files.write(file, new PickleWriter().text("a plain pickle").stop()),
        "a pickle, but not one of PyTorch");
  }

  private static void assertRefused(Path file, String... reasons) {
    assertThatThrownBy(() -> WeightFile.read(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContainingAll(reasons)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n", "\u001b"));
  }
}
