package org.crossfade.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.crossfade.weights.WeightFile.Format;
import org.crossfade.weights.WeightFile.RootEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What checkpoints hold beside weights is a name, and never runs. */
class PlaceholdersTest {
  private static final byte[] SIX = PthFiles.floats(0, 1, 2, 3, 4, 5);

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = Format.class,
      names = {"PTH_LEGACY", "PTH_ZIP"})
  void objectsBesideWeightsAreNamedAndPassedOver(Format format) throws IOException {
    WeightFile weights =
        WeightFile.read(
            checkpoint(
                format,
                pickle ->
                    pickle
                        .text("args")
                        .newObject("argparse", "Namespace")
                        .state(state -> state.text("lr").global("os", "system"))
                        .text("history")
                        .newObject("mmengine.logging.history_buffer", "HistoryBuffer")
                        .state(state -> state.text("_log_history").array())
                        .text("confusion")
                        .array()
                        .text("best")
                        .global("numpy.core.multiarray", "scalar")
                        .mark()
                        .dtype()
                        .text("12345678")
                        .tuple()
                        .reduce()
                        .text("work_dir")
                        .global("pathlib", "PosixPath")
                        .mark()
                        .text("/")
                        .text("data")
                        .tuple()
                        .reduce()
                        .text("started")
                        .global("datetime", "datetime")
                        .mark()
                        .text("0123456789")
                        .tuple()
                        .reduce()
                        .text("mode")
                        .global("project.modes", "Mode")
                        .numbers(1)
                        .reduce()));

    assertThat(weights.rootEntries()).containsExactly(new RootEntry("state_dict", 1));
    assertThat(weights.tensors("state_dict", "").get("w").toFloats())
        .containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(weights.placeholders())
        .containsExactly(
            "argparse.Namespace",
            "os.system",
            "mmengine.logging.history_buffer.HistoryBuffer",
            "numpy.core.multiarray._reconstruct",
            "numpy.ndarray",
            "numpy.dtype",
            "numpy.core.multiarray.scalar",
            "pathlib.PosixPath",
            "datetime.datetime",
            "project.modes.Mode");
    assertThat(weights.placeholder("", "args")).contains("argparse.Namespace");
    assertThat(weights.placeholder("", "confusion")).contains("numpy.ndarray");
    assertThat(weights.placeholder("", "state_dict")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Format.class,
      names = {"PTH_LEGACY", "PTH_ZIP"})
  void plainContainersBesideWeightsNeedNoName(Format format) throws IOException {
    WeightFile weights =
        WeightFile.read(
            checkpoint(
                format,
                pickle ->
                    pickle
                        .text("meta")
                        .orderedDict()
                        .text("log")
                        .global("collections", "defaultdict")
                        .mark()
                        .global("builtins", "list")
                        .tuple()
                        .reduce()
                        .mark()
                        .text("loss")
                        .raw(']')
                        .setItems()
                        .text("classes")
                        .raw(0x8F) // EMPTY_SET
                        .mark()
                        .number(1)
                        .numbers(2, 3)
                        .raw(0x90) // ADDITEMS
                        .text("frozen")
                        .mark()
                        .number(1)
                        .raw(0x91) // FROZENSET
                        .text("seconds")
                        .raw('G', 0, 0, 0, 0, 0, 0, 0, 0)
                        // A key that is a tuple, and one that is a number.
                        .numbers(4, 5)
                        .none()
                        .number(7)
                        .none()));

    assertThat(weights.rootEntries()).containsExactly(new RootEntry("state_dict", 1));
    assertThat(weights.placeholders()).isEmpty();
  }

  @Test
  void objectsThatAreMadeLikeMappingsAndListsAreFilledWithoutAWord() throws IOException {
    WeightFile weights =
        WeightFile.read(
            checkpoint(
                Format.PTH_ZIP,
                pickle ->
                    pickle
                        .text("config")
                        .newObject("mmcv.utils.config", "ConfigDict")
                        .mark()
                        .text("model")
                        .text("hrda")
                        .setItems()
                        .text("lr")
                        .none()
                        .raw('s') // SETITEM
                        .text("losses")
                        .newObject("collections", "deque")
                        .mark()
                        .number(1)
                        .raw('e') // APPENDS
                        .none()
                        .raw('a') // APPEND
                        .text("old")
                        .mark()
                        .number(3)
                        .raw('i', 'a', '\n', 'B', '\n') // INST
                        .text("older")
                        .mark()
                        .global("c", "D")
                        .raw('o') // OBJ
                        .text("registered")
                        .raw(0x82, 7))); // EXT1

    assertThat(weights.rootEntries()).containsExactly(new RootEntry("state_dict", 1));
    assertThat(weights.placeholders())
        .containsExactly("mmcv.utils.config.ConfigDict", "collections.deque", "a.B", "c.D");
    assertThat(weights.placeholder("", "registered")).contains("extension 7");
  }

  @Test
  void nothingOfAHostilePickleRuns() throws IOException {
    Path trace = directory.resolve("trace");
    for (String function : new String[] {"os system", "subprocess call", "java.lang Runtime"}) {
      String[] names = function.split(" ", -1);
      WeightFile weights =
          WeightFile.read(
              checkpoint(
                  Format.PTH_ZIP,
                  pickle ->
                      pickle
                          .text("x")
                          .global(names[0], names[1])
                          .mark()
                          .text("touch '" + trace + "'")
                          .tuple()
                          .reduce()));
      assertThat(weights.placeholders()).containsExactly(names[0] + "." + names[1]);
      assertThat(weights.placeholder("", "x")).contains(names[0] + "." + names[1]);
    }
    assertThat(trace).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(
      value = Format.class,
      names = {"PTH_LEGACY", "PTH_ZIP"})
  void wholeModelsAreRefusedByTheirClass(Format format) throws IOException {
    byte[] model =
        new PickleWriter()
            .newObject("torch.nn.modules.container", "Sequential")
            .state(state -> state.text("weight").floats("7", 6, 0, new int[] {6}, 1))
            .stop();
    assertThatThrownBy(() -> WeightFile.read(write(format, model)))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("'torch.nn.modules.container.Sequential' in place of weights")
        .hasMessageContaining("torch.save(model.state_dict(), file)");
    byte[] below =
        new PickleWriter()
            .emptyDict()
            .mark()
            .text("model")
            .newObject("models.yolo", "Model")
            .setItems()
            .stop();
    Path file = directory.resolve("w.pth");
    Path belowOthers =
        format == Format.PTH_ZIP ? write(format, below) : PthFiles.legacyOf(file, below);
    assertThatThrownBy(() -> WeightFile.read(belowOthers))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("holds no tensors")
        .hasMessageContaining("'models.yolo.Model'");
  }

  @Test
  void objectsInPlaceOfTensorsAreNamedWhereTheyAreAskedFor() throws IOException {
    byte[] pickle =
        new PickleWriter()
            .emptyDict()
            .mark()
            .text("state_dict")
            .emptyDict()
            .mark()
            .text("conv1.weight")
            .array()
            .setItems()
            .text("optimizer")
            .emptyDict()
            .mark()
            .text("momentum")
            .floats("7", 6, 0, new int[] {6}, 1)
            .setItems()
            .setItems()
            .stop();
    WeightFile weights = WeightFile.read(write(Format.PTH_ZIP, pickle));

    assertThat(weights.placeholder("state_dict", "conv1.weight")).contains("numpy.ndarray");
    assertThatThrownBy(() -> weights.tensors("state_dict", ""))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("no tensors under 'state_dict'; there are 1 under 'optimizer'")
        .hasMessageContaining("objects of 'numpy.ndarray'");
  }

  @ParameterizedTest
  @EnumSource(
      value = Format.class,
      names = {"PTH_LEGACY", "PTH_ZIP"})
  void tensorsOfUnknownElementsBesideWeightsArePassedOver(Format format) throws IOException {
    byte[] pickle =
        new PickleWriter()
            .emptyDict()
            .mark()
            .text("spectrum")
            .openTensor()
            .storage("ComplexFloatStorage", "3", 1)
            .closeTensor(0, new int[] {1}, new int[] {1})
            .text("w")
            .floats("7", 6, 0, new int[] {6}, 1)
            .setItems()
            .stop();
    // One complex number is as long as two of the legacy container's elements, and counts as one.
    Path file =
        format == Format.PTH_ZIP
            ? write(format, pickle)
            : PthFiles.legacyOf(
                directory.resolve("w.pth"),
                pickle,
                new PthFiles.Storage("3", 1, ByteBuffer.wrap(PthFiles.floats(8, 9))),
                new PthFiles.Storage("7", 6, ByteBuffer.wrap(SIX)));
    WeightFile weights = WeightFile.read(file);
    assertThat(weights.tensors("", "").get("w").toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(weights.placeholder("", "spectrum")).contains("torch.ComplexFloatStorage");
  }

  @Test
  void attributesOfTensorsAndParametersArePassedOver() throws IOException {
    byte[] pickle =
        new PickleWriter()
            .emptyDict()
            .mark()
            .text("a")
            .global("torch._tensor", "_rebuild_from_type_v2")
            .mark()
            .global("torch._utils", "_rebuild_tensor_v2")
            .global("torch", "Tensor")
            .mark()
            .storage("FloatStorage", "7", 6)
            .number(4)
            .numbers(2)
            .numbers(1)
            .raw(0x89)
            .orderedDict()
            .tuple()
            .emptyDict()
            .tuple()
            .reduce()
            .text("b")
            .global("torch._utils", "_rebuild_parameter_with_state")
            .mark()
            .floats("7", 6, 0, new int[] {2}, 1)
            .raw(0x88)
            .orderedDict()
            .emptyDict()
            .tuple()
            .reduce()
            .setItems()
            .stop();
    Map<String, NamedTensor> tensors =
        WeightFile.read(write(Format.PTH_ZIP, pickle)).tensors("", "");
    assertThat(tensors.get("a").toFloats()).containsExactly(4, 5);
    assertThat(tensors.get("b").toFloats()).containsExactly(0, 1);
  }

  @Test
  void everyPlaceOfSharedWeightsIsARoot() throws IOException {
    byte[] pickle =
        new PickleWriter()
            .emptyDict()
            .mark()
            .text("ema")
            .emptyDict()
            .raw('q', 1)
            .mark()
            .text("w")
            .floats("7", 6, 0, new int[] {6}, 1)
            .text("itself")
            .raw('h', 1)
            .setItems()
            .text("state_dict")
            .raw('h', 1)
            .setItems()
            .stop();
    assertThat(WeightFile.read(write(Format.PTH_ZIP, pickle)).rootEntries())
        .containsExactly(new RootEntry("ema", 1), new RootEntry("state_dict", 1));
  }

  @Test
  void tensorsOrMappingsThatWouldHideEachOtherAreRefused() throws IOException {
    byte[] tensors =
        new PickleWriter()
            .emptyDict()
            .mark()
            .number(0)
            .floats("7", 6, 0, new int[] {6}, 1)
            .text("0")
            .floats("7", 6, 0, new int[] {2}, 1)
            .setItems()
            .stop();
    assertThatThrownBy(() -> WeightFile.read(write(Format.PTH_ZIP, tensors)))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("two tensors below '' are called '0'");
    UnaryOperator<PickleWriter> mapping =
        pickle ->
            pickle.emptyDict().mark().text("w").floats("7", 6, 0, new int[] {6}, 1).setItems();
    PickleWriter mappings = new PickleWriter().emptyDict().mark().text("a/b");
    mapping.apply(mappings).text("a").emptyDict().mark().text("b");
    byte[] twice = mapping.apply(mappings).setItems().setItems().stop();
    assertThatThrownBy(() -> WeightFile.read(write(Format.PTH_ZIP, twice)))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("two of its mappings lie below 'a/b'");
  }

  private Path checkpoint(Format format, UnaryOperator<PickleWriter> beside) throws IOException {
    PickleWriter pickle =
        new PickleWriter()
            .emptyDict()
            .mark()
            .text("state_dict")
            .orderedDict()
            .mark()
            .text("w")
            .floats("7", 6, 0, new int[] {6}, 1)
            .setItems();
    return write(format, beside.apply(pickle).setItems().stop());
  }

  private Path write(Format format, byte[] pickle) throws IOException {
    Path file = directory.resolve("w.pth");
    Files.deleteIfExists(file);
    return format == Format.PTH_ZIP
        ? PthFiles.zip(file, pickle, Map.of("data/7", SIX))
        : PthFiles.legacy(file, pickle, Map.of("7", SIX));
  }
}
