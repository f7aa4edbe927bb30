package org.crossfade.backbones.encoderdecoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.crossfade.backbones.WeightTensors.add;
import static org.crossfade.backbones.WeightTensors.renamed;
import static org.crossfade.backbones.WeightTensors.trunkFile;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.crossfade.backbones.ImportedWeights;
import org.crossfade.backbones.WeightImport;
import org.crossfade.backbones.daformer.DaformerMitOptions;
import org.crossfade.backbones.deeplabv3plus.DeepLabV3PlusOptions;
import org.crossfade.backbones.hrda.HrdaOptions;
import org.crossfade.backbones.mit.MixTransformer;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.nn.SlidingWindow;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.WeightFileException;
import org.junit.jupiter.api.Test;
import org.tensorflow.types.TFloat32;

class EncoderDecoderNamesTest {
  private static final int CLASSES = 3;

  @Test
  void mitFileFillsTheTrunkOfEveryNetworkOnIt() {
    var trunk = new MixTransformer(List.of(1, 1, 1, 1), 4, 0);
    var tensors = trunkFile(trunk.parameters());
    add(tensors, "head.weight", 1000, 32);
    add(tensors, "head.bias", 1000);

    for (boolean detail : List.of(false, true)) {
      SegmentationNetwork network = daformer(1, detail);
      ImportedWeights weights = match(tensors, network);

      assertThat(weights.used()).hasSize(trunk.parameters().size());
      assertThat(weights.skipped()).containsOnlyKeys("head.weight", "head.bias");
      assertThat(weights.missing()).allMatch(name -> name.startsWith("decode_head."));
    }
  }

  @Test
  void matricesAndDepthwiseKernelsAreTurned() {
    var tensors = trunkFile(new MixTransformer(List.of(1, 1, 1, 1), 4, 0).parameters());

    ImportedWeights weights = match(tensors, daformer(1, false));

    try (TFloat32 matrix = weights.value("backbone.block1.0.attn.kv.weight");
        TFloat32 kernel = weights.value("backbone.block1.0.mlp.dwconv.dwconv.weight")) {
      // Element i of the file's tensor is i: [8, 4], and [16, 1, 3, 3] in the order OIHW.
      assertThat(matrix.shape().asArray()).containsExactly(4, 8);
      assertThat(matrix.getFloat(3, 5)).isEqualTo(5 * 4 + 3);
      assertThat(kernel.shape().asArray()).containsExactly(3, 3, 1, 16);
      assertThat(kernel.getFloat(1, 2, 0, 7)).isEqualTo(7 * 9 + 1 * 3 + 2);
    }
  }

  @Test
  void hrdaCheckpointGivesTheStudentAndSkipsItsCopies() {
    SegmentationNetwork network = daformer(1, true);
    var tensors = renamed(network, name -> "model." + name);
    tensors.putAll(renamed(network, name -> "ema_model." + name));
    tensors.putAll(renamed(network, name -> "imnet_model." + name));

    ImportedWeights weights = match(tensors, network);

    assertThat(weights.missing()).isEmpty();
    assertThat(weights.skipped().keySet())
        .hasSize(2 * network.parameters().size())
        .noneMatch(name -> name.startsWith("model."));
  }

  @Test
  void residualTrunkWithADeepStemIsFilled() {
    var decoder = new DecoderOptions(4, List.of(1, 12, 24, 36), 0.1);
    SegmentationNetwork network =
        new DeepLabV3PlusOptions(List.of(1, 1, 1, 1), 2, decoder).create(CLASSES);
    var tensors = renamed(network, name -> name.replace("backbone.", ""));
    tensors.keySet().removeIf(name -> name.startsWith("decode_head."));
    add(tensors, "stem.1.num_batches_tracked");
    add(tensors, "fc.bias", 1000);

    ImportedWeights weights = match(tensors, network);

    assertThat(weights.skipped()).containsOnlyKeys("fc.bias");
    assertThat(weights.missing()).allMatch(name -> name.startsWith("decode_head."));
  }

  @Test
  void trunkOfAnotherDepthIsRefusedAlthoughItsShapesFit() {
    var deeper = trunkFile(new MixTransformer(List.of(1, 1, 2, 1), 4, 0).parameters());
    var shallower = trunkFile(new MixTransformer(List.of(1, 1, 1, 1), 4, 0).parameters());

    assertThatThrownBy(() -> match(deeper, daformer(1, false)))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("another trunk")
        .hasMessageContaining("block3.1.norm1.weight");
    assertThatThrownBy(() -> match(shallower, daformer(2, false)))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("backbone.block3.1.norm1.weight");
  }

  /** DAFormer on a tiny MiT, HRDA with a second resolution. */
  private static SegmentationNetwork daformer(int thirdStage, boolean detail) {
    var options =
        new DaformerMitOptions(
            List.of(1, 1, thirdStage, 1),
            4,
            0.1,
            new DecoderOptions(4, List.of(1, 6, 12, 18), 0.1));
    var window = new SlidingWindow(32, 32, 16, 16);
    return (detail ? new HrdaOptions(options, window, 4, true) : options).create(CLASSES);
  }

  private static ImportedWeights match(
      Map<String, NamedTensor> tensors, SegmentationNetwork network) {
    return WeightImport.match(Path.of("weights.pth"), Map.of("", tensors), network);
  }
}
