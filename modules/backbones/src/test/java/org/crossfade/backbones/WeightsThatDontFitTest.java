package org.crossfade.backbones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.backbones.deeplab.ResNetCaffeOptions;
import org.crossfade.backbones.deeplab.ResNetTorchvisionOptions;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.weights.FormulaWeights;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.WeightFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that would give wrong numbers in silence is refused, and others are read. */
class WeightsThatDontFitTest {
  private static final Path FILE = Path.of("weights.pth");
  private static final int CLASSES = 3;
  private static final List<Integer> LAYERS = List.of(1, 1, 1, 1);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "module.module.",
        "_orig_mod.",
        "_orig_mod.module.",
        "module._orig_mod.",
        "model.",
        "net.",
        "model.module.",
        "network.backbone.",
        "encoder."
      })
  void whatWrappersPutInFrontOfNamesIsTaken(String prefix) {
    var tensors = new LinkedHashMap<String, NamedTensor>();
    tensors(torchvision(LAYERS)).forEach((name, tensor) -> tensors.put(prefix + name, tensor));

    ImportedWeights weights =
        WeightImport.match(FILE, Map.of("state_dict", tensors), torchvision(LAYERS));

    assertThat(weights.requireAll().skipped()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state_dict",
        "model_state_dict",
        "model_state",
        "model",
        "net",
        "network",
        "checkpoint/weights"
      })
  void networkIsFoundBesideItsOptimizer(String root) {
    var momentum = Map.of("momentum_buffer", NamedTensor.of("momentum_buffer", new float[3], 3));
    var roots = new LinkedHashMap<String, Map<String, NamedTensor>>();
    roots.put("optimizer/state/0", momentum);
    roots.put("optimizer_state_dict/state/1", momentum);
    roots.put(root, tensors(torchvision(LAYERS)));

    ImportedWeights weights = WeightImport.match(FILE, roots, torchvision(LAYERS));

    assertThat(weights.requireAll().used()).hasSize(torchvision(LAYERS).parameters().size());
  }

  @Test
  void aSecondCopyOfTheNetworkIsNamedAsNotRead() {
    var roots = new LinkedHashMap<String, Map<String, NamedTensor>>();
    roots.put("state_dict_ema", tensors(torchvision(LAYERS)));
    roots.put("state_dict", tensors(torchvision(LAYERS)));
    roots.put(
        "optimizer/state/0",
        Map.of("momentum_buffer", NamedTensor.of("momentum_buffer", new float[3], 3)));

    assertThat(WeightImport.match(FILE, roots, torchvision(LAYERS)).summary())
        .contains("holds tensors below state_dict_ema too")
        .contains("those below state_dict are")
        .doesNotContain("optimizer");
  }

  @Test
  void objectsBesideTheWeightsAreNamedAndNothingOfThemIsRun() throws URISyntaxException {
    Path file = Path.of(getClass().getResource("objects-beside.pth").toURI());

    ImportedWeights weights = WeightImport.read(file, torchvision(LAYERS));

    assertThat(weights.requireAll().requireFinite().passedOver())
        .contains(
            "argparse.Namespace",
            "pathlib.PosixPath",
            "numpy.ndarray",
            "mmengine.logging.history_buffer.HistoryBuffer");
    assertThat(weights.summary()).contains("argparse.Namespace").contains("nothing of it run");
  }

  @Test
  void fileWithoutClassifierTrainsAndIsNotUsedWithoutTraining() {
    Map<String, NamedTensor> tensors = tensors(torchvision(LAYERS));
    tensors.keySet().removeIf(name -> name.startsWith("conv2d_list"));

    ImportedWeights weights = match(tensors, torchvision(LAYERS));

    assertThat(weights.missing()).hasSize(8);
    assertThatThrownBy(weights::requireAll)
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("weights.pth: lacks 8 of the")
        .hasMessageContaining("conv2d_list.0.weight")
        .hasMessageContaining("would be random");
  }

  @Test
  void classifierOfOtherClassesIsNotUsedWithoutTraining() {
    Map<String, NamedTensor> tensors =
        tensors(new ResNetTorchvisionOptions(LAYERS, 1, 4).create(21));

    assertThatThrownBy(() -> match(tensors, torchvision(LAYERS)).requireAll())
        .hasMessageContaining("conv2d_list.0.weight")
        .hasMessageContaining("[21, 32, 3, 3]")
        .hasMessageContaining("[3, 32, 3, 3]")
        .hasMessageContaining("classes that the file was trained with");
  }

  @Test
  void trunkOfAnotherDepthIsRefusedBothWays() {
    SegmentationNetwork deeper = torchvision(List.of(1, 1, 3, 1));

    assertThatThrownBy(() -> match(tensors(deeper), torchvision(LAYERS)))
        .hasMessageContaining("another trunk")
        .hasMessageContaining("layer3.1.conv1.weight")
        .hasMessageContaining("layers and width");
    assertThatThrownBy(() -> match(tensors(torchvision(LAYERS)), deeper))
        .hasMessageContaining("another trunk")
        .hasMessageContaining("30 variables are not in the file (layer3.1.conv1.weight");
  }

  @Test
  void fileWithoutStatisticsOfBatchNormIsRefusedWithHowToSaveThem() {
    Map<String, NamedTensor> tensors = tensors(torchvision(LAYERS));
    tensors.keySet().removeIf(name -> name.contains("running"));

    assertThatThrownBy(() -> match(tensors, torchvision(LAYERS)))
        .hasMessageContaining("bn1.running_mean")
        .hasMessageContaining("buffers included");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY})
  void valueThatIsNotFiniteIsBlamedOnTheFile(float value) {
    Map<String, NamedTensor> tensors = tensors(torchvision(LAYERS));
    put(tensors, "layer1.0.bn1.weight", value);
    ImportedWeights weights = match(tensors, torchvision(LAYERS));

    assertThatThrownBy(weights::requireFinite)
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("weights.pth: 'layer1.0.bn1.weight' holds " + value);
    assertThatThrownBy(() -> weights.value("layer1.0.bn1.weight").close())
        .hasMessageContaining("'layer1.0.bn1.weight' holds " + value);
  }

  @Test
  void negativeVarianceIsRefused() {
    Map<String, NamedTensor> tensors = tensors(torchvision(LAYERS));
    put(tensors, "layer1.0.bn1.running_var", -0.5f);

    assertThatThrownBy(() -> match(tensors, torchvision(LAYERS)).requireFinite())
        .hasMessageContaining("'layer1.0.bn1.running_var' holds -0.5");
  }

  @Test
  void trunkOfTheOtherFamilyIsKnownByTheImagesThatItWasTrainedOn() {
    Map<String, NamedTensor> torchvision = trunk(1);
    Map<String, NamedTensor> caffe = trunk(60);

    assertThat(match(torchvision, torchvision(LAYERS)).missing()).hasSize(8);
    assertThat(match(caffe, caffe()).missing()).hasSize(8);
    assertThatThrownBy(() -> match(torchvision, caffe()))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("torchvision's family")
        .hasMessageContaining("kind = deeplab-v2-resnet-torchvision");
    assertThatThrownBy(() -> match(caffe, torchvision(LAYERS)))
        .hasMessageContaining("Caffe's family")
        .hasMessageContaining("kind = deeplab-v2-resnet-caffe");
  }

  @Test
  void trunkThatMayBeOfEitherFamilyIsTakenByBoth() {
    assertThat(match(trunk(8), torchvision(LAYERS)).missing()).hasSize(8);
    assertThat(match(trunk(8), caffe()).missing()).hasSize(8);
  }

  /** A trunk whose first batch norm has seen images that vary by {@code deviation}. */
  private static Map<String, NamedTensor> trunk(float deviation) {
    Map<String, NamedTensor> tensors = tensors(torchvision(LAYERS));
    tensors.keySet().removeIf(name -> name.startsWith("conv2d_list"));
    double norm = 0;
    for (float w : tensors.get("conv1.weight").toFloats()) {
      norm += w * w;
    }
    put(tensors, "bn1.running_var", (float) (deviation * deviation * norm));
    return tensors;
  }

  private static void put(Map<String, NamedTensor> tensors, String name, float value) {
    float[] values = new float[tensors.get(name).size()];
    Arrays.fill(values, value);
    tensors.put(name, NamedTensor.of(name, values, values.length));
  }

  private static Map<String, NamedTensor> tensors(SegmentationNetwork network) {
    var tensors = new LinkedHashMap<String, NamedTensor>();
    var formula = new FormulaWeights("", 0);
    for (ParameterSpec spec : network.parameters()) {
      long[] shape = TensorLayout.toPytorch(spec.shape());
      tensors.put(spec.name(), formula.tensor(spec.name(), shape));
    }
    return tensors;
  }

  private static ImportedWeights match(
      Map<String, NamedTensor> tensors, SegmentationNetwork network) {
    return WeightImport.match(FILE, Map.of("", tensors), network);
  }

  private static SegmentationNetwork torchvision(List<Integer> layers) {
    return new ResNetTorchvisionOptions(layers, 1, 4).create(CLASSES);
  }

  private static SegmentationNetwork caffe() {
    return new ResNetCaffeOptions(LAYERS, 1, 4, /* auxiliaryHead= */ false).create(CLASSES);
  }
}
