package org.crossfade.backbones.resnet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.trunk.Pyramid;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.MaxPool;
import org.crossfade.core.nn.Normalisation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A residual network of bottleneck blocks with output stride 8: the third and fourth stage keep the
 * size and dilate by 2 and 4 (DeepLab).
 *
 * <p>Names are torchvision's: {@code conv1}, {@code bn1}, {@code layerN.B.convM}, {@code
 * layerN.B.bnM}, {@code layerN.0.downsample.0} and {@code .1}. Its stages are {@code stem} (behind
 * the pooling) and {@code layer1} to {@code layer3}; the output is {@code layer4}. A deep stem is
 * {@code stem.0}, {@code .3} and {@code .6}, its norms {@code stem.1}, {@code .4} and {@code .7}.
 *
 * @param family geometry
 * @param layers blocks in each of the four stages
 * @param width channels of the stem
 * @param batchNorm form of batch normalisation
 */
public record ResNet(ResNetFamily family, List<Integer> layers, int width, BatchNorm.Mode batchNorm)
    implements Pyramid {
  /** What the names of ImageNet's classifier begin with in published files. */
  public static final String IMAGENET_CLASSIFIER = "fc.";

  /** A block's output channels over its inner ones. */
  private static final int EXPANSION = 4;

  private static final int[] STRIDES = {1, 2, 1, 1};
  private static final int[] DILATIONS = {1, 1, 2, 4};

  /** Copies the list. */
  public ResNet {
    layers = List.copyOf(layers);
  }

  /** Returns the trunk with its family's own form of batch normalisation. */
  public static ResNet of(ResNetFamily family, List<Integer> layers, int width) {
    return new ResNet(family, layers, width, family.batchNorm());
  }

  /** A convolution without bias and the normalisation behind it. */
  private record Unit(Convolution convolution, BatchNorm norm) {
    Operand<TFloat32> apply(Forward forward, Parameters parameters, Operand<TFloat32> x) {
      return norm.after(convolution, forward, parameters, x);
    }
  }

  /** A residual block; {@code shortcut} is empty where the input is added as it is. */
  private record Block(List<Unit> units, List<Unit> shortcut) {
    Operand<TFloat32> apply(Forward forward, Parameters parameters, Operand<TFloat32> x) {
      Ops tf = forward.tf();
      Operand<TFloat32> residual = x;
      for (int i = 0; i < units.size(); i++) {
        residual = i == 0 ? residual : tf.nn.relu(residual);
        residual = units.get(i).apply(forward, parameters, residual);
      }
      Operand<TFloat32> identity = x;
      for (Unit unit : shortcut) {
        identity = unit.apply(forward, parameters, identity);
      }
      return tf.nn.relu(tf.math.add(residual, identity));
    }
  }

  @Override
  public String name() {
    int depth = 2 + 3 * layers.stream().mapToInt(Integer::intValue).sum();
    return "resnet" + depth + (width == 64 ? "" : "-width" + width);
  }

  @Override
  public int stageChannels(int stage) {
    return (width << (stage - 1)) * EXPANSION;
  }

  @Override
  public String stageName(int stage) {
    return "layer" + stage;
  }

  @Override
  public Normalisation normalisation() {
    return family.normalisation();
  }

  @Override
  public boolean isOfImageNetClassifier(String name) {
    return name.startsWith(IMAGENET_CLASSIFIER);
  }

  @Override
  public ResNet withBatchNorm(BatchNorm.Mode mode) {
    return new ResNet(family, layers, width, mode);
  }

  @Override
  public List<ParameterSpec> parameters() {
    var specs = new ArrayList<ParameterSpec>();
    stem().forEach(unit -> add(specs, unit));
    for (int stage = 1; stage <= 4; stage++) {
      for (Block block : blocks(stage)) {
        block.units().forEach(unit -> add(specs, unit));
        block.shortcut().forEach(unit -> add(specs, unit));
      }
    }
    return specs;
  }

  @Override
  public Activations forward(Forward forward, Parameters parameters, Operand<TFloat32> images) {
    Ops tf = forward.tf();
    var stages = new LinkedHashMap<String, Operand<TFloat32>>();
    Operand<TFloat32> x = images;
    for (Unit unit : stem()) {
      x = tf.nn.relu(unit.apply(forward, parameters, x));
    }
    x = MaxPool.apply(tf, x, 3, 2, 1, family.poolRounding());
    stages.put("stem", x);
    for (int stage = 1; stage <= 4; stage++) {
      for (Block block : blocks(stage)) {
        x = block.apply(forward, parameters, x);
      }
      if (stage < 4) {
        stages.put(stageName(stage), x);
      }
    }
    return new Activations(x, Collections.unmodifiableMap(stages));
  }

  private void add(List<ParameterSpec> specs, Unit unit) {
    Convolution c = unit.convolution();
    var initializer = family.kernelInitializer(c.kernel(), c.outputs());
    specs.addAll(c.parameters(initializer, initializer));
    specs.addAll(unit.norm().parameters());
  }

  private List<Unit> stem() {
    if (!family.hasDeepStem()) {
      return List.of(unit("conv1", "bn1", 3, width, 7, 2, 3, 1));
    }
    int half = Math.max(1, width / 2);
    return List.of(
        unit("stem.0", "stem.1", 3, half, 3, 2, 1, 1),
        unit("stem.3", "stem.4", half, half, 3, 1, 1, 1),
        unit("stem.6", "stem.7", half, width, 3, 1, 1, 1));
  }

  private List<Block> blocks(int stage) {
    int inner = width << (stage - 1);
    int outputs = stageChannels(stage);
    int dilation = DILATIONS[stage - 1];
    var blocks = new ArrayList<Block>();
    for (int i = 0; i < layers.get(stage - 1); i++) {
      String name = "layer" + stage + "." + i + ".";
      boolean first = i == 0;
      int inputs = first ? (stage == 1 ? width : stageChannels(stage - 1)) : outputs;
      int stride = first ? STRIDES[stage - 1] : 1;
      int d = first ? family.firstBlockDilation(dilation) : dilation;
      int s1 = family.firstStride(stride);
      int s2 = family.secondStride(stride);
      var units =
          List.of(
              unit(name + "conv1", name + "bn1", inputs, inner, 1, s1, 0, 1),
              unit(name + "conv2", name + "bn2", inner, inner, 3, s2, d, d),
              unit(name + "conv3", name + "bn3", inner, outputs, 1, 1, 0, 1));
      String shortcut = name + "downsample.";
      blocks.add(
          new Block(
              units,
              first
                  ? List.of(unit(shortcut + "0", shortcut + "1", inputs, outputs, 1, stride, 0, 1))
                  : List.of()));
    }
    return blocks;
  }

  private Unit unit(
      String convolution,
      String norm,
      int inputs,
      int outputs,
      int kernel,
      int stride,
      int padding,
      int dilation) {
    return new Unit(
        new Convolution(
            convolution, inputs, outputs, kernel, stride, padding, dilation, /* bias= */ false),
        new BatchNorm(norm, outputs, batchNorm));
  }
}
