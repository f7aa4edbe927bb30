package org.crossfade.datasets.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHashesTest {
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  private static final String OTHER = "0".repeat(64);

  @TempDir Path root;
  @TempDir Path cache;
  private Path file;

  @BeforeEach
  void writeAnOldFile() throws IOException {
    file = root.resolve("a.png");
    Files.writeString(file, "abc");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
  }

  private String hash() {
    return new FileHashes(root, Optional.of(() -> cache)).of(List.of(file, file), "a").get(file);
  }

  private Path remembered() throws IOException {
    try (var files = Files.list(cache)) {
      return files.findFirst().orElseThrow();
    }
  }

  /** What the cache says from now on; whoever reads the file itself finds the truth. */
  private void forge() throws IOException {
    Files.writeString(remembered(), Files.readString(remembered()).replace(OF_ABC, OTHER));
  }

  @Test
  void theHashIsSha256() {
    assertThat(hash()).isEqualTo(OF_ABC);
    assertThat(new FileHashes(root, Optional.empty()).of(List.of(file), "a"))
        .containsExactly(Map.entry(file, OF_ABC));
  }

  @Test
  void aFileThatIsKnownIsNotReadAgain() throws IOException {
    hash();
    forge();
    assertThat(hash()).as("from the cache").isEqualTo(OTHER);
  }

  @Test
  void aFileOfOtherTimeOrSizeIsReadAgain() throws IOException {
    hash();
    forge();
    Files.setLastModifiedTime(file, FileTime.fromMillis(2_000_000));
    assertThat(hash()).isEqualTo(OF_ABC);
    Files.writeString(file, "abcd");
    Files.setLastModifiedTime(file, FileTime.fromMillis(2_000_000));
    assertThat(hash()).isNotEqualTo(OF_ABC);
  }

  @Test
  void aCopyThatBringsSizeAndTimeAlongIsReadAgain() throws IOException {
    hash();
    Path other = root.resolve("b.png");
    Files.writeString(other, "xyz");
    Files.setLastModifiedTime(other, FileTime.fromMillis(1_000_000));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(hash()).isNotEqualTo(OF_ABC);
  }

  @Test
  void whatWasWrittenJustNowIsNotRememberedYet() throws IOException {
    Files.writeString(file, "abc");
    assertThat(hash()).isEqualTo(OF_ABC);
    assertThat(cache).isEmptyDirectory();
  }

  @Test
  void aBrokenCacheIsReadPast() throws IOException {
    hash();
    Files.writeString(remembered(), "torn\n" + OTHER + "\t3\tx\t0\t" + file + "\n");
    assertThat(hash()).isEqualTo(OF_ABC);
  }

  @Test
  void theAmountIsSaidInGigabytes() {
    assertThat(FileHashes.size(57_123_456_789L)).isEqualTo("57.1 GB");
    assertThat(FileHashes.size(1_234_567)).isEqualTo("0.001 GB");
  }

  @Test
  void aMissingFileIsNamed() {
    file = root.resolve("gone.png");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(this::hash)
        .withMessage(file + ": no such file");
  }
}
