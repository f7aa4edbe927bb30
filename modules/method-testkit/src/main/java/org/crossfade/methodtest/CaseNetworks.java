package org.crossfade.methodtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crossfade.backbones.deeplab.ResNetCaffeOptions;
import org.crossfade.backbones.deeplab.ResNetTorchvisionOptions;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.testkit.ParityCase;

/** The networks that step cases name in their options. */
public final class CaseNetworks {
  private static final Map<String, BatchNorm.Mode> MODES =
      Map.of(
          "frozen_no_eps", BatchNorm.Mode.FROZEN_WITHOUT_EPSILON,
          "train_eps1e-5", BatchNorm.Mode.TRAINED,
          "train_eps1e-5_affine_frozen", BatchNorm.Mode.BATCH_STATISTICS);

  private CaseNetworks() {}

  /**
   * Returns the network of a step case, in the form of batch norm that it trains.
   *
   * @param auxiliaryHead whether the case's recipe has two levels
   */
  public static SegmentationNetwork of(ParityCase parityCase, boolean auxiliaryHead) {
    List<Integer> layers = new ArrayList<>();
    parityCase.param("layers").forEach(n -> layers.add(n.asInt()));
    int branches = parityCase.params().path("aspp_branches").asInt(4);
    Map<String, NetworkOptions> networks =
        Map.of(
            "deeplabv2_resnet_torchvision", new ResNetTorchvisionOptions(layers, 64, branches),
            "deeplabv2_resnet_caffe", new ResNetCaffeOptions(layers, 64, branches, auxiliaryHead));
    return named(networks, parityCase, "backbone")
        .create(parityCase.param("num_classes").asInt())
        .withBatchNorm(batchNorm(parityCase));
  }

  /** Returns the form of batch norm that a step case trains. */
  public static BatchNorm.Mode batchNorm(ParityCase parityCase) {
    return named(MODES, parityCase, "batch_norm");
  }

  private static <T> T named(Map<String, T> values, ParityCase parityCase, String option) {
    String name = parityCase.param(option).asText();
    T value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          parityCase + ": " + option + " '" + name + "' is none of " + values.keySet());
    }
    return value;
  }
}
