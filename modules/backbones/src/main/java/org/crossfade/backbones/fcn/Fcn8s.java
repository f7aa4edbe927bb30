package org.crossfade.backbones.fcn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.Domain;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.Dropout;
import org.crossfade.core.nn.FullyConnected;
import org.crossfade.core.nn.Interpolation;
import org.crossfade.core.nn.MapSize;
import org.crossfade.core.nn.MaxPool;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.PublishedNames;
import org.crossfade.core.nn.SegmentationNetwork;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * FCN-8s on VGG-16 as MetaPix has it: Long, Shelhamer, Darrell, «Fully Convolutional Networks for
 * Semantic Segmentation», CVPR 2015, without padding of the image, crops and deconvolutions.
 *
 * <p>With z₅, z₄, z₃ the scores of fc7, pool4 and pool3, and up bilinear with aligned corners: s₄ =
 * up(z₅) + z₄; s₃ = up(s₄) + z₃; logits = up(s₃) at the images' size.
 *
 * <p>The first blocks may exist twice, once for each domain. Both ways are one network with one
 * list of variables; {@link #through} chooses the way of a forward pass. Names are MetaPix's: block
 * 2 is {@code conv2_1}, {@code conv2_2}; where it is separate {@code conv2x1_1} is the source's and
 * {@code conv2x2_1} the target's.
 *
 * <p>Stages of the prediction: {@code pool3}, {@code pool4}, {@code pool5}, what fc6 and fc7 read
 * ({@link #INPUT} behind their names), and {@code score}, z₅.
 *
 * @param options size, separate blocks
 * @param classes K
 * @param way whose blocks a forward pass takes where they are separate
 * @param rectifiedScores whether z₅, z₄ and z₃ are cut at 0: MetaPix's official code does so in the
 *     forward pass that measures a virtual step, and nowhere else
 * @param dropout behind fc6 and fc7
 */
public record Fcn8s(
    Fcn8sOptions options, int classes, Domain way, boolean rectifiedScores, Dropout dropout)
    implements SegmentationNetwork {
  /** Behind the name of a fully connected layer: the stage that it reads. */
  public static final String INPUT = ".input";

  static final int BLOCKS = 5;
  private static final int[] CONVOLUTIONS = {2, 2, 3, 3, 3};
  private static final int[] CHANNELS = {1, 2, 4, 8, 8};

  /** Channels of the fully connected layers over the width: 4096 in the published network. */
  private static final int FULLY_CONNECTED = 64;

  /** Standard deviation of 8-bit images, which come with their mean subtracted only. */
  private static final double IMAGE_DEVIATION = 64;

  /**
   * The network that is evaluated: the target's way, unaltered scores, dropout of channels.
   *
   * @param classes K
   */
  public static Fcn8s of(Fcn8sOptions options, int classes) {
    return new Fcn8s(
        options,
        classes,
        Domain.TARGET,
        /* rectifiedScores= */ false,
        Dropout.channels(options.dropout()));
  }

  /** Returns the same network with forward passes that take a domain's way. */
  public Fcn8s through(Domain domain) {
    return new Fcn8s(options, classes, domain, rectifiedScores, dropout);
  }

  /** Returns the same network with, or without, scores cut at 0. */
  public Fcn8s withRectifiedScores(boolean rectified) {
    return new Fcn8s(options, classes, way, rectified, dropout);
  }

  /** Returns the same network with another dropout. */
  public Fcn8s withDropout(Dropout other) {
    return new Fcn8s(options, classes, way, rectifiedScores, other);
  }

  /** Returns the fully connected layers on this network's way: fc6 and fc7. */
  public List<FullyConnected> fullyConnected() {
    var layers = new Layers(options, classes, way);
    return List.of(layers.fc6(), layers.fc7());
  }

  /** Returns the names of the variables that one domain has for itself. */
  public static NamePattern separate(Domain domain) {
    return NamePattern.of("*" + suffix(domain) + "*.**");
  }

  private static String suffix(Domain domain) {
    return domain == Domain.SOURCE ? "x1" : "x2";
  }

  @Override
  public String name() {
    return "fcn8s-vgg16"
        + (options.separateBlocks() == 0 ? "" : "-s@" + options.separateBlocks())
        + (options.width() == 64 ? "" : "-width" + options.width());
  }

  @Override
  public int featureChannels() {
    return FULLY_CONNECTED * options.width();
  }

  @Override
  public Normalisation normalisation() {
    return Normalisation.BGR_MEAN;
  }

  @Override
  public NamePattern head() {
    return NamePattern.of("score*.**");
  }

  @Override
  public Fcn8s withBatchNorm(BatchNorm.Mode mode) {
    return this;
  }

  /**
   * Without published weights the convolutions start as He et al. propose, with the first divided
   * by the deviation of images, and the scores at zero, so that all classes are equally likely.
   */
  @Override
  public List<ParameterSpec> parameters() {
    var specs = new LinkedHashMap<String, ParameterSpec>();
    for (Domain domain : Domain.values()) {
      for (Convolution layer : new Layers(options, classes, domain).all()) {
        double scale = layer.inputs() == 3 ? 1 / IMAGE_DEVIATION : 1;
        double fan = (double) layer.kernel() * layer.kernel() * layer.inputs();
        Initializer weight =
            layer.name().startsWith("score")
                ? Initializer.zeros()
                : new Initializer.Normal(scale * Math.sqrt(2 / fan));
        layer
            .parameters(weight, Initializer.zeros())
            .forEach(spec -> specs.putIfAbsent(spec.name(), spec));
      }
    }
    return List.copyOf(specs.values());
  }

  @Override
  public PublishedNames publishedNames() {
    return new Fcn8sNames(
        parameters().stream().map(ParameterSpec::name).collect(Collectors.toUnmodifiableSet()));
  }

  @Override
  public boolean takesAnySize() {
    return true;
  }

  @Override
  public Prediction answer(Forward forward, Parameters parameters, Operand<TFloat32> images) {
    Ops tf = forward.tf();
    var layers = new Layers(options, classes, way);
    var stages = new LinkedHashMap<String, Operand<TFloat32>>();
    Operand<TFloat32> x = images;
    for (int block = 1; block <= BLOCKS; block++) {
      for (Convolution convolution : layers.block(block)) {
        x = tf.nn.relu(convolution.apply(tf, parameters, x));
      }
      x = MaxPool.apply(tf, x, 2, 2, 0, MaxPool.Rounding.CEIL);
      if (block >= 3) {
        stages.put("pool" + block, x);
      }
    }
    if (MapSize.isKnown(x)) {
      requireRoom(x);
    }
    for (FullyConnected layer : List.of(layers.fc6(), layers.fc7())) {
      stages.put(layer.name() + INPUT, x);
      x = dropout.apply(forward, layer.name(), tf.nn.relu(layer.apply(tf, parameters, x)));
    }
    Operand<TFloat32> score = score(tf, parameters, layers.score(""), x);
    stages.put("score", score);
    Operand<TFloat32> fused = score;
    for (String pool : List.of("pool4", "pool3")) {
      Operand<TFloat32> skip = stages.get(pool);
      fused =
          tf.math.add(
              resized(tf, fused, skip), score(tf, parameters, layers.score("_" + pool), skip));
    }
    return new Prediction(
        resized(tf, fused, images), x, Optional.empty(), Collections.unmodifiableMap(stages));
  }

  private Operand<TFloat32> score(
      Ops tf, Parameters parameters, Convolution layer, Operand<TFloat32> x) {
    Operand<TFloat32> score = layer.apply(tf, parameters, x);
    return rectifiedScores ? tf.nn.relu(score) : score;
  }

  private static Operand<TFloat32> resized(Ops tf, Operand<TFloat32> x, Operand<TFloat32> like) {
    return Interpolation.ALIGNED_CORNERS.resizeLike(tf, x, like);
  }

  private void requireRoom(Operand<TFloat32> pool5) {
    long height = pool5.shape().get(1) + 2L * options.fc6Padding();
    long width = pool5.shape().get(2) + 2L * options.fc6Padding();
    if (Math.min(height, width) < options.fc6Kernel()) {
      throw new IllegalArgumentException(
          "%s: images are too small: fc6 sees %dx%d cells and its kernel has %dx%d. Use images of"
                  .formatted(name(), width, height, options.fc6Kernel(), options.fc6Kernel())
              + " at least 193 pixels, or set fc6-padding or a smaller fc6-kernel");
    }
  }

  /** The convolutions on one domain's way. */
  private record Layers(Fcn8sOptions options, int classes, Domain way) {
    List<Convolution> block(int block) {
      var layers = new ArrayList<Convolution>();
      int inputs = block == 1 ? 3 : options.width() * CHANNELS[block - 2];
      int outputs = options.width() * CHANNELS[block - 1];
      for (int i = 1; i <= CONVOLUTIONS[block - 1]; i++) {
        String separate = block <= options.separateBlocks() ? suffix(way) : "";
        layers.add(
            Convolution.same(
                "conv" + block + separate + "_" + i, inputs, outputs, 3, 1, /* bias= */ true));
        inputs = outputs;
      }
      return layers;
    }

    FullyConnected fc6() {
      int inputs = options.width() * CHANNELS[BLOCKS - 1];
      int outputs = options.width() * FULLY_CONNECTED;
      return new FullyConnected(
          new Convolution(
              unshared("fc6"),
              inputs,
              outputs,
              options.fc6Kernel(),
              1,
              options.fc6Padding(),
              1,
              /* bias= */ true));
    }

    FullyConnected fc7() {
      int channels = options.width() * FULLY_CONNECTED;
      return new FullyConnected(
          Convolution.same(unshared("fc7"), channels, channels, 1, 1, /* bias= */ true));
    }

    /** The scores of fc7 (an empty stage) or of a pooling. */
    Convolution score(String stage) {
      int inputs =
          options.width()
              * switch (stage) {
                case "_pool3" -> CHANNELS[2];
                case "_pool4" -> CHANNELS[3];
                default -> FULLY_CONNECTED;
              };
      return Convolution.same(unshared("score" + stage), inputs, classes, 1, 1, /* bias= */ true);
    }

    List<Convolution> all() {
      var layers = new ArrayList<Convolution>();
      for (int block = 1; block <= BLOCKS; block++) {
        layers.addAll(block(block));
      }
      layers.addAll(
          List.of(
              fc6().convolution(),
              fc7().convolution(),
              score(""),
              score("_pool4"),
              score("_pool3")));
      return layers;
    }

    private String unshared(String name) {
      return options.separateBlocks() == BLOCKS ? name + suffix(way) : name;
    }
  }
}
