package org.crossfade.backbones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.crossfade.backbones.WeightTensors.add;
import static org.crossfade.backbones.WeightTensors.renamed;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.crossfade.backbones.deeplab.ResNetCaffeOptions;
import org.crossfade.backbones.deeplab.ResNetTorchvisionOptions;
import org.crossfade.backbones.deeplab.Vgg16Options;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.WeightFileException;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class WeightImportTest {
  private static final Path FILE = Path.of("weights.pth");
  private static final int CLASSES = 3;
  private static final List<Integer> LAYERS = List.of(1, 1, 1, 1);

  @Test
  void fadaCheckpointFillsEveryVariable() {
    SegmentationNetwork network = torchvision(1);

    ImportedWeights weights = WeightImport.read(resource("fada.pth"), network);

    assertThat(weights.used().keySet()).containsExactlyInAnyOrderElementsOf(names(network));
    assertThat(weights.missing()).isEmpty();
    assertThat(weights.skipped()).isEmpty();
  }

  @Test
  void pixdaCheckpointFillsEveryVariableOfBothHeadsAndIgnoresCounters() {
    SegmentationNetwork network = caffe(1, true);

    ImportedWeights weights = WeightImport.read(resource("pixda.pth"), network);

    assertThat(weights.used().keySet()).containsExactlyInAnyOrderElementsOf(names(network));
    assertThat(weights.skipped()).isEmpty();
  }

  @Test
  void kernelsAreTurnedFromOutputsFirstToOutputsLast() {
    ImportedWeights weights = WeightImport.read(resource("fada.pth"), torchvision(1));

    try (TFloat32 kernel = weights.value("layer4.0.conv2.weight")) {
      // Element i of the file's tensor is i: [8, 8, 3, 3] in the order OIHW.
      assertThat(kernel.shape().asArray()).containsExactly(3, 3, 8, 8);
      for (int h = 0; h < 3; h++) {
        for (int o = 0; o < 8; o++) {
          assertThat(kernel.getFloat(h, 2, 5, o)).isEqualTo(((o * 8 + 5) * 3 + h) * 3 + 2);
        }
      }
    }
  }

  @Test
  void assignedVariablesHoldTheFilesValues() {
    SegmentationNetwork network = torchvision(1);
    ImportedWeights weights = WeightImport.read(resource("fada.pth"), network);
    try (var graph = new Graph();
        var session = new Session(graph)) {
      var store = new VariableStore(Ops.create(graph), 0);
      store.declare("segmenter", network.parameters());

      weights.assign(store, session, "segmenter");

      var variable = store.get("segmenter.layer3.0.bn3.running_var");
      try (var result = session.runner().fetch(variable.snapshot()).run()) {
        assertThat(((TFloat32) result.get(0)).getFloat(11)).isEqualTo(11f);
      }
    }
  }

  @Test
  void filesOfTheOtherFamilyAreRefusedAlthoughTheirShapesFit() {
    assertThatThrownBy(() -> WeightImport.read(resource("fada.pth"), caffe(1, false)))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("fada.pth")
        .hasMessageContaining("deeplab-v2-resnet-torchvision");
    assertThatThrownBy(() -> WeightImport.read(resource("pixda.pth"), torchvision(1)))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("deeplab-v2-resnet-caffe");
  }

  @Test
  void caffeInitialisationSkipsItsClassifierEvenWhereTheShapesFit() {
    SegmentationNetwork network = caffe(1, false);
    // 21 classes on the fourth stage in the published file; here as many as the network has.
    var tensors = renamed(network, name -> "Scale." + name.replace("layer6.", "layer5."));

    ImportedWeights weights = match(tensors, network);

    assertThat(weights.skipped()).hasSize(8);
    assertThat(weights.skipped().keySet()).allMatch(name -> name.contains("conv2d_list"));
    assertThat(weights.missing()).hasSize(8).allMatch(name -> name.startsWith("layer6."));
    assertThat(weights.used()).containsKey("layer1.0.downsample.1.running_mean");
  }

  @Test
  void fdaSingleClassifierIsTheMainOne() {
    SegmentationNetwork network = caffe(1, false);
    var tensors = renamed(network, name -> name.replace("layer6.", "layer5."));

    assertThat(match(tensors, network).missing()).isEmpty();

    // Beside an auxiliary classifier, the number of its inputs tells which one the file has.
    ImportedWeights both = match(tensors, caffe(1, true));
    assertThat(both.missing()).hasSize(8).allMatch(name -> name.startsWith("layer5."));
  }

  @Test
  void classifierOfOtherClassesIsSkippedWithBothShapes() {
    var tensors = renamed(torchvision(1), UnaryOperator.identity());
    SegmentationNetwork network = new ResNetTorchvisionOptions(LAYERS, 1, 4).create(5);

    ImportedWeights weights = match(tensors, network);

    assertThat(weights.skipped().get("conv2d_list.3.bias")).contains("[3]").contains("[5]");
    assertThat(weights.missing()).hasSize(8);
  }

  @Test
  void imageNetFilesLeaveOutTheirThousandClasses() {
    SegmentationNetwork network = torchvision(1);
    var tensors = renamed(network, UnaryOperator.identity());
    tensors.keySet().removeIf(name -> name.startsWith("conv2d_list"));
    add(tensors, "fc.weight", 1000, 32);
    add(tensors, "fc.bias", 1000);

    ImportedWeights weights = match(tensors, network);

    assertThat(weights.skipped()).containsOnlyKeys("fc.weight", "fc.bias");
    assertThat(weights.missing()).hasSize(8);
  }

  @Test
  void imageNetVggFilesGiveTheConvolutionsOnly() {
    SegmentationNetwork network = vgg16(1);
    var tensors = renamed(network, UnaryOperator.identity());
    tensors.keySet().removeIf(name -> !name.startsWith("features."));
    add(tensors, "classifier.1.weight", 4096, 25);
    add(tensors, "classifier.4.bias", 4096);

    ImportedWeights weights = match(tensors, network);

    assertThat(weights.used()).hasSize(26);
    assertThat(weights.skipped()).containsOnlyKeys("classifier.1.weight", "classifier.4.bias");
    assertThat(weights.missing()).contains("backbone.29.weight", "conv2d_list.0.bias").hasSize(12);
    assertThat(weights.remark()).isEmpty();
  }

  @Test
  void aVggFileOfConvolutionsAloneIsTakenAndItIsSaidThatItMayBeTorchvisions() {
    SegmentationNetwork network = vgg16(1);
    var tensors = renamed(network, UnaryOperator.identity());
    tensors.keySet().removeIf(name -> !name.startsWith("features."));

    ImportedWeights weights = match(tensors, network);

    assertThat(weights.used()).hasSize(26);
    assertThat(weights.summary())
        .contains("has no fully connected layers")
        .contains("vgg16-00b39a1b.pth")
        .contains("torchvision's would be wrong");
  }

  /** Of RGB images of about −2..2, where the network sees BGR in 0..255. */
  @Test
  void torchvisionsVggIsRefusedByTheNamesOfItsFullyConnectedLayers() {
    SegmentationNetwork network = vgg16(1);
    var tensors = renamed(network, UnaryOperator.identity());
    tensors.keySet().removeIf(name -> !name.startsWith("features."));
    add(tensors, "classifier.0.weight", 4096, 25);
    add(tensors, "classifier.3.weight", 4096, 25);

    assertThatThrownBy(() -> match(tensors, network))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("is torchvision's VGG-16")
        .hasMessageContaining("vgg16-00b39a1b.pth");
  }

  @Test
  void vggNumberedThroughWithoutItsFourthPoolingIsMappedBack() {
    SegmentationNetwork network = vgg16(1);
    Map<String, String> numbers = Map.of("24", "23", "26", "25", "28", "27");
    UnaryOperator<String> through =
        name -> {
          String[] parts = name.split("\\.", 3);
          return parts[0].equals("conv2d_list")
              ? name
              : "backbone." + numbers.getOrDefault(parts[1], parts[1]) + "." + parts[2];
        };
    var fada = renamed(network, name -> "module." + through.apply(name));
    var adaptSegNet =
        renamed(
            network,
            name ->
                name.startsWith("conv2d_list")
                    ? "classifier." + name
                    : through.apply(name).replace("backbone.", "features."));

    for (var tensors : List.of(fada, adaptSegNet)) {
      ImportedWeights weights = match(tensors, network);
      assertThat(weights.missing()).isEmpty();
      assertThat(weights.skipped()).isEmpty();
    }
    assertThat(match(fada, network).used().get("features.28.bias").name())
        .isEqualTo("module.backbone.27.bias");
  }

  @Test
  void trunkOfAnotherWidthIsRefusedWithBothShapes() {
    var tensors = renamed(torchvision(2), UnaryOperator.identity());

    assertThatThrownBy(() -> match(tensors, torchvision(1)))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("weights.pth")
        .hasMessageContaining("'conv1.weight' has the shape [2, 3, 7, 7]")
        .hasMessageContaining("the network needs [1, 3, 7, 7]");
  }

  @Test
  void foreignFileIsRefusedWithBothNameSets() {
    var tensors = new LinkedHashMap<String, NamedTensor>();
    add(tensors, "encoder.block.weight", 2, 2);

    assertThatThrownBy(() -> match(tensors, torchvision(1)))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("nothing of deeplabv2-resnet14-width1's trunk")
        .hasMessageContaining("encoder.block.weight")
        .hasMessageContaining("conv1.weight");
  }

  @Test
  void twoTensorsOfOneVariableAreRefused() {
    var tensors = renamed(torchvision(1), UnaryOperator.identity());
    add(tensors, "module.conv1.weight", 1, 3, 7, 7);

    assertThatThrownBy(() -> match(tensors, torchvision(1)))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("'conv1.weight' and 'module.conv1.weight'");
  }

  @Test
  void fileWithoutAKnownRootIsRefusedWithItsRoots() {
    var tensors = renamed(torchvision(1), UnaryOperator.identity());

    assertThatThrownBy(
            () ->
                WeightImport.match(
                    FILE, Map.of("ema", tensors, "student", tensors), torchvision(1)))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("ema")
        .hasMessageContaining("state_dict");
  }

  private static ImportedWeights match(
      Map<String, NamedTensor> tensors, SegmentationNetwork network) {
    return WeightImport.match(FILE, Map.of("state_dict", tensors), network);
  }

  private static SegmentationNetwork torchvision(int width) {
    return new ResNetTorchvisionOptions(LAYERS, width, 4).create(CLASSES);
  }

  private static SegmentationNetwork caffe(int width, boolean auxiliaryHead) {
    return new ResNetCaffeOptions(LAYERS, width, 4, auxiliaryHead).create(CLASSES);
  }

  private static SegmentationNetwork vgg16(int width) {
    return new Vgg16Options(width, 4).create(CLASSES);
  }

  private static List<String> names(SegmentationNetwork network) {
    return network.parameters().stream().map(ParameterSpec::name).toList();
  }

  private static Path resource(String name) {
    try {
      return Path.of(WeightImportTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
