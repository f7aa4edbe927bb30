package org.crossfade.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.crossfade.weights.WeightFile.Format;
import org.crossfade.weights.WeightFile.RootEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Small files that ask for endless work or memory; each ends soon, read or refused. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class WorkBudgetTest {
  private static final byte[] SIX = PthFiles.floats(0, 1, 2, 3, 4, 5);
  private static final int LEVELS = 100;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = Format.class,
      names = {"PTH_LEGACY", "PTH_ZIP"})
  void whatIsNestedTwiceAtEachLevelIsNeverHashedNorShown(Format format) throws IOException {
    for (int make : new int[] {0x86, 0x91, 'l', 'd'}) {
      // Each level holds the one before twice, as tuple, frozen set, list or mapping; the last one
      // is a key, a member of a set and a value, which is entered to the depth of checkpoints.
      PickleWriter pickle = new PickleWriter().raw(')').raw('q', 0);
      for (int level = 0; level < LEVELS; level++) {
        if (make != 0x86) {
          pickle.mark();
        }
        pickle.raw('h', 0).raw('h', 0).raw(make).raw('q', 0);
      }
      pickle.emptyDict().mark().raw('h', 0).raw(0x8F).mark().raw('h', 0).raw(0x90);
      byte[] bytes =
          pickle
              .text("x")
              .raw('h', 0)
              .text("w")
              .floats("7", 6, 0, new int[] {6}, 1)
              .setItems()
              .stop();
      assertThat(bytes.length).isLessThan(1024);
      assertThat(WeightFile.read(write(format, bytes)).rootEntries())
          .containsExactly(new RootEntry("", 1));
    }
  }

  @Test
  void partsThatContainEachOtherTooOftenAreRefused() throws IOException {
    PickleWriter pickle = new PickleWriter().raw(']').raw('q', 0);
    for (int level = 0; level < 10; level++) {
      pickle.raw(']').mark();
      for (int i = 0; i < 20; i++) {
        pickle.raw('h', 0);
      }
      pickle.raw('e').raw('q', 0);
    }
    assertRefused(write(Format.PTH_ZIP, pickle.stop()), "its parts contain each other");
  }

  @Test
  void tensorsThatAreFoundTooOftenAreRefused() throws IOException {
    PickleWriter pickle = new PickleWriter().floats("7", 6, 0, new int[] {6}, 1).raw('q', 0);
    for (int level = 0; level < 8; level++) {
      pickle.raw(']').mark();
      for (int i = 0; i < 20; i++) {
        pickle.raw('h', 0);
      }
      pickle.raw('e').raw('q', 0);
    }
    assertRefused(write(Format.PTH_ZIP, pickle.stop()), "more than 200000 tensors");
  }

  @Test
  void copiesOfCopiesCostWhatTheyHold() throws IOException {
    PickleWriter pickle = new PickleWriter().raw(']').mark();
    for (int i = 0; i < 5000; i++) {
      pickle.none();
    }
    pickle.raw('e').raw('q', 0);
    for (int i = 0; i < 5000; i++) {
      pickle.global("builtins", "list").raw('h', 0).raw(0x85).reduce();
    }
    assertRefused(write(Format.PTH_ZIP, pickle.stop()), "takes more than 8000000 steps");
  }

  @Test
  void longNumbersArePassedOver() throws IOException {
    byte[] digits = "9".repeat(3_000_000).getBytes(StandardCharsets.US_ASCII);
    byte[] pickle =
        new PickleWriter()
            .emptyDict()
            .mark()
            .text("decimal")
            .raw('I')
            .bytes(digits)
            .raw('\n')
            .text("long")
            .raw('L')
            .bytes(digits)
            .raw('L', '\n')
            .text("binary")
            .raw(0x8B, 0xC0, 0xC6, 0x2D, 0) // LONG4 of 3,000,000 bytes
            .bytes(digits)
            .text("float")
            .raw('F')
            .bytes(digits)
            .raw('\n')
            .text("w")
            .floats("7", 6, 0, new int[] {6}, 1)
            .setItems()
            .stop();
    assertThat(WeightFile.read(write(Format.PTH_ZIP, pickle)).rootEntries())
        .containsExactly(new RootEntry("", 1));
    byte[] asSize =
        new PickleWriter()
            .openTensor()
            .openStorage("torch", "FloatStorage", "7", 6)
            .tuple()
            .raw('Q')
            .raw('I')
            .bytes(digits)
            .raw('\n')
            .numbers(1)
            .numbers(1)
            .tuple()
            .reduce()
            .stop();
    assertRefused(write(Format.PTH_ZIP, asSize), "a whole number of at most 64 bits is missing");
  }

  @Test
  void longTextsArePassedOver() throws IOException {
    byte[] text = "x".repeat(3_000_000).getBytes(StandardCharsets.US_ASCII);
    byte[] pickle =
        new PickleWriter()
            .emptyDict()
            .mark()
            .raw('X', 0xC0, 0xC6, 0x2D, 0)
            .bytes(text)
            .raw('B', 0xC0, 0xC6, 0x2D, 0)
            .bytes(text)
            .text("w")
            .floats("7", 6, 0, new int[] {6}, 1)
            .setItems()
            .stop();
    assertThat(WeightFile.read(write(Format.PTH_ZIP, pickle)).rootEntries())
        .containsExactly(new RootEntry("", 1));
  }

  @Test
  void namesThatAreNoNamesAreRefusedInAShortMessage() throws IOException {
    byte[] pickle =
        new PickleWriter()
            .emptyDict()
            .mark()
            .text("n".repeat(60_000))
            .floats("7", 6, 0, new int[] {6}, 1)
            .setItems()
            .stop();
    assertRefused(write(Format.PTH_ZIP, pickle), "has 60000 characters; at most 512 are read");
    assertRefused(
        write(Format.PTH_ZIP, new PickleWriter().global("m".repeat(60_000), "n").stop()),
        "the name of a class");
  }

  @Test
  void smallArchiveOfTwentyMillionValuesIsRefused() throws IOException {
    Path file = inflating(20_000_000, 'N');
    assertThat(Files.size(file)).isLessThan(100_000);
    assertRefused(file, "takes more than 8000000 steps");
    assertRefused(inflating(20_000_000, ']'), "takes more than 8000000 steps");
  }

  @Test
  void smallArchiveOfOneHugeTextIsRefused() throws IOException {
    WorkBudget budget = new WorkBudget(directory, 100, 1000);
    assertThatThrownBy(() -> budget.read(1001))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("holds more than 0 MiB, tensors not counted");
    assertThat(WorkBudget.PICKLE_BYTES).isEqualTo(512L << 20);
    // The text announces 2 GiB, and the archive says that it has as much.
    assertRefused(inflating(1000, 'X', 0xFF, 0xFF, 0xFF, 0x7F), "2147483647 bytes are announced");
  }

  @Test
  void storagesThatGrowOutOfAllProportionAreRefused() throws IOException {
    byte[] zeros = new byte[40 << 20];
    byte[] pickle = new PickleWriter().floats("7", 10 << 20, 0, new int[] {1}, 1).stop();
    Path file = PthFiles.zip(directory.resolve("w.pth"), pickle, Map.of("data/7", zeros));
    assertThat(Files.size(file)).isLessThan(100_000);
    assertRefused(file, "would take more than", "once unpacked");
  }

  @Test
  void archivesOfMoreEntriesThanAnyNetworkHasAreRefused() throws IOException {
    Path file = directory.resolve("w.pth");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setMethod(ZipOutputStream.STORED);
      for (int i = 0; i < 200_001; i++) {
        ZipEntry entry = new ZipEntry(Integer.toString(i, Character.MAX_RADIX));
        entry.setSize(0);
        entry.setCrc(0);
        zip.putNextEntry(entry);
      }
    }
    assertRefused(file, "200001 entries, and at most 200000 are read");
  }

  @Test
  void callsInsideOfCallsAreRefused() throws IOException {
    PickleWriter pickle = new PickleWriter();
    for (int i = 0; i < 100_000; i++) {
      pickle.global("torch._tensor", "_rebuild_from_type_v2").none();
    }
    pickle.raw(')');
    for (int i = 0; i < 100_000; i++) {
      pickle.raw(0x87);
    }
    pickle.raw('q', 0).global("torch._tensor", "_rebuild_from_type_v2").raw('h', 0).reduce();
    assertRefused(write(Format.PTH_ZIP, pickle.stop()), "damaged");
  }

  private static void assertRefused(Path file, String... reasons) {
    assertThatThrownBy(() -> WeightFile.read(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContainingAll(reasons)
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(2500));
  }

  /** An archive whose pickle is a start and many times the same operation, deflated. */
  private Path inflating(int count, int operation, int... operand) throws IOException {
    Path file = directory.resolve("w.pth");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("a/data.pkl"));
      byte[] block = new byte[10_000];
      Arrays.fill(block, (byte) operation);
      for (int i = 0; i < operand.length; i++) {
        block[i + 1] = (byte) operand[i];
      }
      for (int written = 0; written < count; written += block.length) {
        zip.write(block, 0, Math.min(block.length, count - written));
      }
      zip.write('.');
    }
    return file;
  }

  private Path write(Format format, byte[] pickle) throws IOException {
    Path file = directory.resolve("w.pth");
    return format == Format.PTH_ZIP
        ? PthFiles.zip(file, pickle, Map.of("data/7", SIX))
        : PthFiles.legacy(file, pickle, Map.of("7", SIX));
  }
}
