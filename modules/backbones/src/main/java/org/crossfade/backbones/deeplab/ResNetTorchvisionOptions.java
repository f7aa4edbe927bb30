package org.crossfade.backbones.deeplab;

import java.util.List;
import org.crossfade.backbones.trunk.Pyramid;
import org.crossfade.backbones.trunk.Trunk;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.options.OptionKind;

/**
 * DeepLabV2 on a dilated residual network in torchvision's form: FADA and SPCL. RGB images in 0..1,
 * normalised; frozen batch norm without ε.
 *
 * @param layers blocks in each of the four stages; 3, 4, 23, 3 is ResNet-101
 * @param width channels of the stem, at least 1; all other layers of the trunk scale with it. 64 is
 *     the published network, a smaller one is the same construction with fewer channels. Train with
 *     4 or more: oneDNN was seen to corrupt memory in convolutions of two channels
 * @param asppBranches how many of the classifier's four dilated convolutions are summed, 2 or 4. 4
 *     is DeepLabV2; 2 is what AdaptSegNet's code does, whose loop returns after the second
 */
public record ResNetTorchvisionOptions(List<Integer> layers, int width, int asppBranches)
    implements NetworkOptions {
  /** Checks the ranges and copies the list. */
  public ResNetTorchvisionOptions {
    layers = Pyramid.requireStages(layers);
    Trunk.requireWidth(width);
    AsppClassifier.requireBranches(asppBranches);
  }

  @Override
  public SegmentationNetwork create(int classes) {
    return DeepLabV2.of(this, classes);
  }

  /** Makes these options readable. */
  public static final class Kind implements OptionKind {
    /** For {@link java.util.ServiceLoader}. */
    public Kind() {}

    @Override
    public String name() {
      return "deeplab-v2-resnet-torchvision";
    }

    @Override
    public Class<? extends Record> options() {
      return ResNetTorchvisionOptions.class;
    }
  }
}
