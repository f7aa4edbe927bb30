package org.crossfade.backbones;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * DeepLabV2: a dilated trunk of output stride 8 and a classifier that sums dilated convolutions.
 * Logits stay at the features' resolution.
 *
 * <p>The classifier is called {@code conv2d_list} on torchvision's residual network and on VGG-16
 * (FADA, SPCL). On Caffe's it is {@code layer6.conv2d_list} (AdaptSegNet, ADVENT, PixDA), and the
 * auxiliary one on the third stage is {@code layer5.conv2d_list}. Without the auxiliary classifier
 * the main one keeps its name; FDA's checkpoints, which call it {@code layer5}, are renamed at
 * import.
 */
public final class DeepLabV2 implements SegmentationNetwork {
  /** The stage that the auxiliary classifier reads. */
  private static final String AUXILIARY_STAGE = "layer3";

  private final Trunk trunk;
  private final AsppClassifier classifier;
  private final Optional<AsppClassifier> auxiliary;

  private DeepLabV2(Trunk trunk, AsppClassifier classifier, Optional<AsppClassifier> auxiliary) {
    this.trunk = trunk;
    this.classifier = classifier;
    this.auxiliary = auxiliary;
  }

  /**
   * Returns DeepLabV2 on a residual network, with the family's own form of batch normalisation.
   *
   * @param layers blocks in each of the four stages; 3, 4, 23, 3 is ResNet-101
   * @param width channels of the stem; 64 is the published network
   * @param classes K
   * @param branches of the classifier that are summed, 2 or 4
   * @param auxiliaryHead whether a second classifier reads the third stage; Caffe's family only
   */
  static DeepLabV2 onResNet(
      ResNetFamily family,
      List<Integer> layers,
      int width,
      int classes,
      int branches,
      boolean auxiliaryHead) {
    var trunk = new ResNet(family, layers, width, family.batchNorm());
    String main = family == ResNetFamily.CAFFE ? "layer6." : "";
    return new DeepLabV2(
        trunk,
        new AsppClassifier(main, trunk.channels(), classes, branches),
        auxiliaryHead
            ? Optional.of(new AsppClassifier("layer5.", trunk.stageChannels(3), classes, branches))
            : Optional.empty());
  }

  /**
   * Returns DeepLabV2 on VGG-16.
   *
   * @param width channels of the first convolution; 64 is the published network
   * @param classes K
   * @param branches of the classifier that are summed, 2 or 4
   */
  static DeepLabV2 onVgg16(int width, int classes, int branches) {
    var trunk = new Vgg16(width);
    return new DeepLabV2(
        trunk, new AsppClassifier("", trunk.channels(), classes, branches), Optional.empty());
  }

  @Override
  public String name() {
    return "deeplabv2-" + trunk.name();
  }

  @Override
  public int classes() {
    return classifier.classes();
  }

  @Override
  public int featureChannels() {
    return trunk.channels();
  }

  @Override
  public Normalisation normalisation() {
    return trunk.normalisation();
  }

  @Override
  public List<ParameterSpec> parameters() {
    var specs = new ArrayList<>(trunk.parameters());
    auxiliary.ifPresent(head -> specs.addAll(head.parameters()));
    specs.addAll(classifier.parameters());
    return specs;
  }

  @Override
  public NamePattern head() {
    var patterns = new ArrayList<String>();
    auxiliary.ifPresent(head -> patterns.add(head.name() + "conv2d_list.**"));
    patterns.add(classifier.name() + "conv2d_list.**");
    return NamePattern.of(patterns);
  }

  @Override
  public Prediction forward(Forward forward, Parameters parameters, Operand<TFloat32> images) {
    var activations = trunk.forward(forward, parameters, images);
    return new Prediction(
        classifier.apply(forward.tf(), parameters, activations.features()),
        activations.features(),
        auxiliary.map(
            head ->
                head.apply(forward.tf(), parameters, activations.stages().get(AUXILIARY_STAGE))),
        activations.stages());
  }

  @Override
  public DeepLabV2 withBatchNorm(BatchNorm.Mode mode) {
    return new DeepLabV2(trunk.withBatchNorm(mode), classifier, auxiliary);
  }
}
