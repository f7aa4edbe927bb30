package org.crossfade.backbones.deeplab;

import java.util.LinkedHashMap;
import java.util.Map;
import org.crossfade.backbones.resnet.ResNet;
import org.crossfade.core.nn.PublishedNames;
import org.tensorflow.ndarray.Shape;

/**
 * Files of FADA and SPCL, whose trunk is called {@code backbone}, and torchvision's of ImageNet,
 * whose trunk has no name. All shapes agree with those of Caffe's family, so that names alone tell
 * them apart.
 */
final class TorchvisionNames implements PublishedNames {
  private static final String BACKBONE = "backbone.";

  /** Returns whether a name is written by codes of this family only. */
  static boolean isOwn(String name) {
    return name.startsWith(BACKBONE) || name.startsWith(AsppClassifier.LIST);
  }

  @Override
  public Map<String, Use> read(Map<String, Shape> file) {
    if (file.keySet().stream().anyMatch(CaffeNames::isOwn)) {
      throw new IllegalArgumentException(
          "is of Caffe's family of residual networks (AdaptSegNet, ADVENT, FDA, PixDA); use a"
              + " network of kind = deeplab-v2-resnet-caffe");
    }
    var uses = new LinkedHashMap<String, Use>();
    for (String name : file.keySet()) {
      String own = name.startsWith(BACKBONE) ? name.substring(BACKBONE.length()) : name;
      uses.put(name, own.startsWith(ResNet.IMAGENET_CLASSIFIER) ? Use.imageNet() : Use.of(own));
    }
    return uses;
  }
}
