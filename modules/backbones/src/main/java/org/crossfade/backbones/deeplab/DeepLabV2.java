package org.crossfade.backbones.deeplab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.resnet.ResNet;
import org.crossfade.backbones.resnet.ResNetFamily;
import org.crossfade.backbones.trunk.Trunk;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.PublishedNames;
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
  /** What the names of the main classifier on Caffe's network begin with. */
  static final String MAIN = "layer6.";

  /** What the names of the auxiliary classifier begin with. */
  static final String AUXILIARY = "layer5.";

  /** The stage that the auxiliary classifier reads. */
  private static final String AUXILIARY_STAGE = "layer3";

  private final Trunk trunk;
  private final AsppClassifier classifier;
  private final Optional<AsppClassifier> auxiliary;
  private final PublishedNames names;

  private DeepLabV2(
      Trunk trunk,
      AsppClassifier classifier,
      Optional<AsppClassifier> auxiliary,
      PublishedNames names) {
    this.trunk = trunk;
    this.classifier = classifier;
    this.auxiliary = auxiliary;
    this.names = names;
  }

  /**
   * Returns DeepLabV2 on a residual network in torchvision's form, with its batch normalisation.
   *
   * @param classes K
   */
  static DeepLabV2 of(ResNetTorchvisionOptions options, int classes) {
    var trunk = ResNet.of(ResNetFamily.TORCHVISION, options.layers(), options.width());
    return new DeepLabV2(
        trunk,
        new AsppClassifier("", trunk.channels(), classes, options.asppBranches()),
        Optional.empty(),
        new TorchvisionNames());
  }

  /**
   * Returns DeepLabV2 on a residual network in Caffe's form, with its batch normalisation.
   *
   * @param classes K
   */
  static DeepLabV2 of(ResNetCaffeOptions options, int classes) {
    var trunk = ResNet.of(ResNetFamily.CAFFE, options.layers(), options.width());
    int branches = options.asppBranches();
    return new DeepLabV2(
        trunk,
        new AsppClassifier(MAIN, trunk.channels(), classes, branches),
        options.auxiliaryHead()
            ? Optional.of(new AsppClassifier(AUXILIARY, trunk.stageChannels(3), classes, branches))
            : Optional.empty(),
        new CaffeNames(trunk.channels()));
  }

  /**
   * Returns DeepLabV2 on VGG-16.
   *
   * @param classes K
   */
  static DeepLabV2 of(Vgg16Options options, int classes) {
    var trunk = new Vgg16(options.width());
    return new DeepLabV2(
        trunk,
        new AsppClassifier("", trunk.channels(), classes, options.asppBranches()),
        Optional.empty(),
        new Vgg16Names());
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
    auxiliary.ifPresent(head -> patterns.add(head.name() + AsppClassifier.LIST + "**"));
    patterns.add(classifier.name() + AsppClassifier.LIST + "**");
    return NamePattern.of(patterns);
  }

  @Override
  public PublishedNames publishedNames() {
    return names;
  }

  @Override
  public boolean takesAnySize() {
    return true;
  }

  @Override
  public Prediction answer(Forward forward, Parameters parameters, Operand<TFloat32> images) {
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
    return new DeepLabV2(trunk.withBatchNorm(mode), classifier, auxiliary, names);
  }
}
