package org.crossfade.backbones.deeplab;

import org.crossfade.backbones.trunk.Trunk;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.options.OptionKind;

/**
 * DeepLabV2 on VGG-16: FADA and SPCL. BGR images in 0..255 minus their mean.
 *
 * @param width channels of the first convolution, at least 1; all other layers of the trunk scale
 *     with it. 64 is the published network. Train with 4 or more: oneDNN was seen to corrupt memory
 *     in convolutions of two channels
 * @param asppBranches how many of the classifier's four dilated convolutions are summed, 2 or 4. 4
 *     is DeepLabV2; 2 is what AdaptSegNet's code does, whose loop returns after the second
 */
public record Vgg16Options(int width, int asppBranches) implements NetworkOptions {
  /** Checks the ranges. */
  public Vgg16Options {
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
      return "deeplab-v2-vgg16";
    }

    @Override
    public Class<? extends Record> options() {
      return Vgg16Options.class;
    }
  }
}
