package org.crossfade.backbones.deeplab;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.crossfade.backbones.resnet.ResNet;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.nn.PublishedNames;
import org.tensorflow.ndarray.Shape;

/**
 * Files of FADA and SPCL, whose trunk is called {@code backbone}, and torchvision's of ImageNet,
 * whose trunk has no name. All shapes agree with those of Caffe's family: names tell them apart, or
 * else values.
 */
final class TorchvisionNames implements PublishedNames {
  /** The trunk of both families, by its variables' names. */
  static final NamePattern TRUNK =
      NamePattern.of("conv1.**", "bn1.**", "layer1.**", "layer2.**", "layer3.**", "layer4.**");

  /** What is said of such a file where another one is needed. */
  static final String FOREIGN =
      "is of torchvision's family of residual networks (FADA, SPCL); use a network of kind ="
          + " deeplab-v2-resnet-torchvision";

  /** What is said where names don't tell the families apart. */
  static final String BY_VALUES =
      ", or the other family's file. Its names fit both; but the batch norm behind the first"
          + " convolution shows which images it was trained on";

  private static final String BACKBONE = "backbone.";

  /** Other libraries' name of a trunk with torchvision's names. */
  private static final String ENCODER = "encoder.";

  /** What a residual network has; an encoder of another kind keeps its names, also in messages. */
  private static final Pattern OF_NETWORK =
      Pattern.compile("(conv1|bn1|layer[1-4]|fc|conv2d_list)\\..*");

  /** Whole networks have the classifier below a name, too. */
  private static final String CLASSIFIER = "classifier.";

  /** Returns whether a name is written by codes of this family only. */
  static boolean isOwn(String name) {
    return name.startsWith(BACKBONE)
        || name.startsWith(ENCODER)
        || name.startsWith(AsppClassifier.LIST)
        || name.startsWith(CLASSIFIER + AsppClassifier.LIST);
  }

  @Override
  public Map<String, Use> read(Map<String, Shape> file) {
    if (file.keySet().stream().anyMatch(CaffeNames::isOwn)) {
      throw new IllegalArgumentException(CaffeNames.FOREIGN);
    }
    var uses = new LinkedHashMap<String, Use>();
    for (String name : file.keySet()) {
      String own = own(name);
      uses.put(name, own.startsWith(ResNet.IMAGENET_CLASSIFIER) ? Use.imageNet() : Use.of(own));
    }
    return uses;
  }

  @Override
  public NamePattern whole() {
    return TRUNK;
  }

  @Override
  public void requireOwnValues(Set<String> file, Function<String, Optional<float[]>> values) {
    if (file.stream().noneMatch(TorchvisionNames::isOwn) && SeenImages.bytes(values)) {
      throw new IllegalArgumentException(CaffeNames.FOREIGN + BY_VALUES);
    }
  }

  private static String own(String name) {
    if (name.startsWith(BACKBONE)) {
      return name.substring(BACKBONE.length());
    }
    if (name.startsWith(ENCODER)
        && OF_NETWORK.matcher(name.substring(ENCODER.length())).matches()) {
      return name.substring(ENCODER.length());
    }
    return name.startsWith(CLASSIFIER + AsppClassifier.LIST)
        ? name.substring(CLASSIFIER.length())
        : name;
  }
}
