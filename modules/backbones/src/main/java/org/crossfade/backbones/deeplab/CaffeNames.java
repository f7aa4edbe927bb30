package org.crossfade.backbones.deeplab;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.crossfade.backbones.resnet.ResNet;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.nn.PublishedNames;
import org.tensorflow.ndarray.Shape;

/**
 * Files of AdaptSegNet, ADVENT, FDA and PixDA, and the initialisation that they start from: {@code
 * Scale.} in front of each name, and a classifier of 21 classes that is never used. FDA's single
 * classifier on the fourth stage is called {@code layer5}, as the auxiliary one of the others is;
 * the number of its inputs tells them apart.
 *
 * @param inputs channels that the main classifier reads
 */
record CaffeNames(int inputs) implements PublishedNames {
  /** What is said of such a file where another one is needed. */
  static final String FOREIGN =
      "is of Caffe's family of residual networks (AdaptSegNet, ADVENT, FDA, PixDA); use a network"
          + " of kind = deeplab-v2-resnet-caffe";

  private static final String INITIALISATION = "Scale.";
  private static final String FIRST_KERNEL = AsppClassifier.LIST + "0.weight";

  /** Returns whether a name is written by codes of this family only. */
  static boolean isOwn(String name) {
    return name.startsWith(INITIALISATION)
        || name.startsWith(DeepLabV2.MAIN + AsppClassifier.LIST)
        || name.startsWith(DeepLabV2.AUXILIARY + AsppClassifier.LIST);
  }

  @Override
  public Map<String, Use> read(Map<String, Shape> file) {
    if (file.keySet().stream().noneMatch(CaffeNames::isOwn)
        && file.keySet().stream().anyMatch(TorchvisionNames::isOwn)) {
      throw new IllegalArgumentException(TorchvisionNames.FOREIGN);
    }
    boolean singleHead = isSingleHead(file);
    var uses = new LinkedHashMap<String, Use>();
    file.keySet().forEach(name -> uses.put(name, use(name, singleHead)));
    return uses;
  }

  @Override
  public NamePattern whole() {
    return TorchvisionNames.TRUNK;
  }

  @Override
  public void requireOwnValues(Set<String> file, Function<String, Optional<float[]>> values) {
    if (file.stream().noneMatch(CaffeNames::isOwn) && SeenImages.normalised(values)) {
      throw new IllegalArgumentException(TorchvisionNames.FOREIGN + TorchvisionNames.BY_VALUES);
    }
  }

  private static Use use(String name, boolean singleHead) {
    boolean initial = name.startsWith(INITIALISATION);
    String own = initial ? name.substring(INITIALISATION.length()) : name;
    if (own.startsWith(ResNet.IMAGENET_CLASSIFIER)) {
      return Use.imageNet();
    }
    if (initial && own.contains(AsppClassifier.LIST)) {
      return Use.skip("belongs to the classifier of the initialisation's own task");
    }
    return Use.of(
        singleHead && own.startsWith(DeepLabV2.AUXILIARY)
            ? DeepLabV2.MAIN + own.substring(DeepLabV2.AUXILIARY.length())
            : own);
  }

  private boolean isSingleHead(Map<String, Shape> file) {
    Shape auxiliary = file.get(DeepLabV2.AUXILIARY + FIRST_KERNEL);
    return auxiliary != null
        && !file.containsKey(DeepLabV2.MAIN + FIRST_KERNEL)
        && auxiliary.numDimensions() == 4
        && auxiliary.get(1) == inputs;
  }
}
