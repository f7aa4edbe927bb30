package org.crossfade.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightFileTest {
  private static final byte[] SIX = PthFiles.floats(0, 1, 2, 3, 4, 5);

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("w.pth");
  }

  @ParameterizedTest
  @EnumSource(
      value = WeightFile.Format.class,
      names = {"PTH_LEGACY", "PTH_ZIP"})
  void windowsOnOneStorageAreGatheredInTheOrderOfTheFile(WeightFile.Format format)
      throws IOException {
    byte[] pickle =
        new PickleWriter()
            .orderedDict()
            .mark()
            .text("z.transposed")
            .floats("7", 6, 0, new int[] {3, 2}, 1, 3)
            .text("a.everySecond")
            .floats("7", 6, 1, new int[] {3}, 2)
            .text("m.repeated")
            .floats("7", 6, 5, new int[] {2, 2}, 0, 0)
            .text("scalar")
            .floats("7", 6, 4, new int[0])
            .text("empty")
            .floats("7", 6, 0, new int[] {0, 2}, 2, 1)
            .setItems()
            // What a state dict's metadata is: a state that is set after construction.
            .emptyDict()
            .mark()
            .text("_metadata")
            .orderedDict()
            .setItems()
            .raw('b')
            .stop();
    WeightFile weights = WeightFile.read(write(format, pickle));

    assertThat(weights.format()).isEqualTo(format);
    assertThat(weights.rootEntries()).containsExactly(new WeightFile.RootEntry("", 5));
    Map<String, NamedTensor> tensors = weights.tensors("", "");
    assertThat(tensors.keySet())
        .containsExactly("z.transposed", "a.everySecond", "m.repeated", "scalar", "empty");
    assertThat(tensors.get("z.transposed").toFloats()).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(tensors.get("z.transposed").shape()).containsExactly(3, 2);
    assertThat(tensors.get("a.everySecond").toFloats()).containsExactly(1, 3, 5);
    assertThat(tensors.get("m.repeated").toFloats()).containsExactly(5, 5, 5, 5);
    assertThat(tensors.get("scalar").toFloats()).containsExactly(4);
    assertThat(tensors.get("scalar").shape()).isEmpty();
    assertThat(tensors.get("empty").toFloats()).isEmpty();
  }

  @Test
  void oldLegacyFilesHaveByteStringKeysCudaStoragesAndViews() throws IOException {
    // OrderedDict([["w", tensor]]) as Python 2 wrote it, the first form of tensors, and a view.
    byte[] pickle =
        new PickleWriter()
            .global("collections", "OrderedDict")
            .mark()
            .raw(']')
            .raw(']')
            .oldText("Scale.w")
            .raw('a')
            .global("torch._utils", "_rebuild_tensor")
            .mark()
            .openStorage("torch.cuda", "FloatStorage", "7", 6)
            .mark()
            .oldText("8")
            .number(2)
            .number(3)
            .tuple()
            .tuple()
            .raw('Q')
            .number(1)
            .numbers(2)
            .numbers(1)
            .tuple()
            .reduce()
            .raw('a')
            .raw('a')
            .tuple()
            .reduce()
            .stop();
    WeightFile weights = WeightFile.read(write(WeightFile.Format.PTH_LEGACY, pickle));
    assertThat(weights.tensors("", "Scale.").get("w").toFloats()).containsExactly(3, 4);
  }

  @Test
  void nestedMappingsAreRootEntriesAndWhateverIsNoTensorIsSkipped() throws IOException {
    byte[] pickle =
        new PickleWriter()
            .emptyDict()
            .mark()
            .text("feature_extractor")
            .emptyDict()
            .mark()
            .text("module.w")
            .floats("7", 6, 0, new int[] {6}, 1)
            .text("other.b")
            .floats("7", 6, 0, new int[] {1}, 1)
            .text("iteration")
            .number(7)
            .setItems()
            .text("optimizer")
            .emptyDict()
            .mark()
            .text("state")
            .emptyDict()
            .mark()
            .number(3)
            .emptyDict()
            .mark()
            .text("momentum_buffer")
            .floats("7", 6, 0, new int[] {2}, 1)
            .setItems()
            .setItems()
            .text("lr")
            .none()
            .setItems()
            .text("iteration")
            .number(20000)
            .setItems()
            .stop();
    WeightFile weights = WeightFile.read(write(WeightFile.Format.PTH_ZIP, pickle));

    assertThat(weights.rootEntries())
        .containsExactly(
            new WeightFile.RootEntry("feature_extractor", 2),
            new WeightFile.RootEntry("optimizer/state/3", 1));
    assertThat(weights.tensors("feature_extractor", "module.").keySet())
        .containsExactly("w", "other.b");
    assertThatThrownBy(() -> weights.tensors("classifier", ""))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("no tensors under 'classifier'")
        .hasMessageContaining("2 under 'feature_extractor', 1 under 'optimizer/state/3'");
    assertThatThrownBy(() -> weights.tensors("feature_extractor", "backbone."))
        .hasMessageContaining("no tensor's name starts with 'backbone.'; the first is 'module.w'");
  }

  @Test
  void namesThatBecomeOneWhenStrippedAreRefused() throws IOException {
    byte[] pickle =
        new PickleWriter()
            .emptyDict()
            .mark()
            .text("module.w")
            .floats("7", 6, 0, new int[] {6}, 1)
            .text("w")
            .floats("7", 6, 0, new int[] {1}, 1)
            .setItems()
            .stop();
    WeightFile weights = WeightFile.read(write(WeightFile.Format.PTH_ZIP, pickle));
    assertThatThrownBy(() -> weights.tensors("", "module.")).hasMessageContaining("called 'w'");
  }

  @Test
  void bareTensorIsAFileOfOneTensor() throws IOException {
    byte[] pickle = new PickleWriter().floats("7", 6, 0, new int[] {2, 3}, 3, 1).stop();
    WeightFile weights = WeightFile.read(write(WeightFile.Format.PTH_ZIP, pickle));
    assertThat(weights.tensors("", "").get(WeightFile.BARE_TENSOR).toFloats())
        .containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void bigEndianArchivesAreSwapped() throws IOException {
    byte[] pickle = new PickleWriter().floats("7", 2, 1, new int[] {1}, 1).stop();
    Path file =
        PthFiles.zip(
            file(),
            pickle,
            Map.of(
                "data/7", PthFiles.floats(ByteOrder.BIG_ENDIAN, 1.5f, -3f),
                "byteorder", "big".getBytes(StandardCharsets.US_ASCII)));
    assertThat(WeightFile.read(file).tensors("", "").get("tensor").toFloats()).containsExactly(-3f);
  }

  @Test
  void safetensorsFilesAreDetected() {
    Path file = directory.resolve("anything");
    Safetensors.write(file, List.of(NamedTensor.of("w", new float[] {1}, 1)));
    WeightFile weights = WeightFile.read(file);
    assertThat(weights.format()).isEqualTo(WeightFile.Format.SAFETENSORS);
    assertThat(weights.tensors("", "").keySet()).containsExactly("w");
  }

  @ParameterizedTest
  @EnumSource(
      value = WeightFile.Format.class,
      names = {"PTH_LEGACY", "PTH_ZIP"})
  void objectsInPlaceOfAllWeightsAreRefusedByName(WeightFile.Format format) throws IOException {
    byte[] system =
        new PickleWriter().global("os", "system").mark().text("true").tuple().reduce().stop();
    assertRefused(write(format, system), "'os.system'");
    // The same without a call, by the newer opcode, and as an old instance.
    assertRefused(
        write(format, new PickleWriter().global("argparse", "Namespace").stop()), "argparse");
    assertRefused(
        write(format, new PickleWriter().text("builtins").text("eval").raw(0x93).stop()),
        "'builtins.eval'");
    assertRefused(
        write(format, new PickleWriter().mark().raw('i', 'o', 's', '\n', 'x', '\n').stop()),
        "'os.x'");
    // Classes that the pickle library itself would construct.
    assertRefused(
        write(format, new PickleWriter().global("datetime", "datetime").stop()), "datetime");
  }

  @Test
  void elementsOfUnknownTypeAreRefusedByTheirStorageClass() throws IOException {
    byte[] pickle = new PickleWriter().storage("ComplexFloatStorage", "7", 6).stop();
    assertRefused(
        write(WeightFile.Format.PTH_ZIP, pickle), "holds elements of 'torch.ComplexFloatStorage'");
  }

  @Test
  void truncatedFilesAreRefusedAtEveryLength() throws IOException {
    byte[] pickle =
        new PickleWriter()
            .orderedDict()
            .mark()
            .text("w")
            .floats("7", 6, 0, new int[] {6}, 1)
            .setItems()
            .stop();
    for (WeightFile.Format format :
        List.of(WeightFile.Format.PTH_LEGACY, WeightFile.Format.PTH_ZIP)) {
      byte[] whole = Files.readAllBytes(write(format, pickle));
      for (int length = 0; length < whole.length; length++) {
        Path file = Files.write(file(), Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> WeightFile.read(file))
            .as("%s cut to %d bytes", format, length)
            .isInstanceOf(WeightFileException.class)
            .hasMessageStartingWith(file.toString());
      }
    }
  }

  @Test
  void damagedFilesNeverEscapeAsAnotherException() throws IOException {
    byte[] pickle =
        new PickleWriter()
            .orderedDict()
            .mark()
            .text("w")
            .floats("7", 6, 0, new int[] {6}, 1)
            .setItems()
            .stop();
    byte[] whole = Files.readAllBytes(write(WeightFile.Format.PTH_LEGACY, pickle));
    for (int position = 0; position < whole.length; position++) {
      for (int value : new int[] {0x00, 0x7F, 0xFF, '.', 'R', 'b', '0'}) {
        byte[] damaged = whole.clone();
        damaged[position] = (byte) value;
        Path file = Files.write(file(), damaged);
        try {
          WeightFile weights = WeightFile.read(file);
          for (WeightFile.RootEntry entry : weights.rootEntries()) {
            weights.tensors(entry.key(), "").values().forEach(NamedTensor::toFloats);
          }
        } catch (WeightFileException e) {
          assertThat(e).hasMessageStartingWith(file.toString());
        }
      }
    }
  }

  @Test
  void tensorOutsideOfItsStorageIsRefused() throws IOException {
    byte[] pickle = new PickleWriter().floats("7", 6, 5, new int[] {2}, 1).stop();
    assertRefused(write(WeightFile.Format.PTH_ZIP, pickle), "does not lie in its storage '7'");
  }

  private Path write(WeightFile.Format format, byte[] pickle) throws IOException {
    return format == WeightFile.Format.PTH_ZIP
        ? PthFiles.zip(file(), pickle, Map.of("data/7", SIX))
        : PthFiles.legacy(file(), pickle, Map.of("7", SIX));
  }

  private static void assertRefused(Path file, String reason) {
    assertThatThrownBy(() -> WeightFile.read(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason);
  }
}
