package org.crossfade.backbones.unet;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.InstanceNorm;
import org.crossfade.core.nn.MaxPool;
import org.crossfade.core.nn.Resize;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The U-Net that MetaPix weights source pixels with: Ronneberger, Fischer, Brox, «U-Net», MICCAI
 * 2015, with instance norm and bilinear upsampling.
 *
 * <p>A unit is twice (3x3 convolution, instance norm, rectifier). Level l has width·2^l channels,
 * the last as many as the one before it; pooling drops an odd last row or column, and on the way up
 * zeros take its place. Each unit on the way up reads [skip, upsampled].
 *
 * @param inputs channels in; MetaPix: 3 of the image and K + 1 of the labels
 * @param outputs channels out
 * @param width channels of the first level; 64 is the published network
 * @param levels how often the map is halved; 3 is the published network
 * @param decoder whether the map is brought back to the input's size; without it the answer stays
 *     at the size of the last level (MetaPix's weight of a whole image)
 */
public record UNet(int inputs, int outputs, int width, int levels, boolean decoder) {
  /** The name of the first unit on the way up is that of the four-level network. */
  private static final int PUBLISHED_LEVELS = 4;

  private static final double WEIGHT_DEVIATION = 0.01;

  /** Checks the ranges. */
  public UNet {
    if (inputs < 1 || outputs < 1 || width < 1) {
      throw new IllegalArgumentException(
          "inputs, outputs and width of a U-Net must be at least 1, found "
              + List.of(inputs, outputs, width));
    }
    if (levels < 1 || levels > PUBLISHED_LEVELS) {
      throw new IllegalArgumentException("levels must lie in 1..4, found " + levels);
    }
  }

  /**
   * Returns the variables, named as in MetaPix's checkpoints.
   *
   * @param outputBias where the bias of the outputs starts, one value an output, or one for all
   */
  public List<ParameterSpec> parameters(Initializer outputBias) {
    var specs = new ArrayList<ParameterSpec>();
    var weight = new Initializer.Normal(WEIGHT_DEVIATION);
    for (Unit unit : units()) {
      unit.convolutions().forEach(c -> specs.addAll(c.parameters(weight, Initializer.zeros())));
    }
    specs.addAll(last().parameters(weight, outputBias));
    return specs;
  }

  /**
   * Returns the network's answer, before any normalisation over its channels.
   *
   * @param x [N, H, W, inputs], of known height and width
   * @return [N, H, W, outputs], or [N, H/2^levels, W/2^levels, outputs] without a decoder
   */
  public Operand<TFloat32> forward(Ops tf, Parameters parameters, Operand<TFloat32> x) {
    var skips = new ArrayList<Operand<TFloat32>>();
    List<Unit> units = units();
    Operand<TFloat32> y = units.get(0).apply(tf, parameters, x);
    for (int level = 1; level <= levels; level++) {
      skips.add(y);
      Operand<TFloat32> pooled = MaxPool.apply(tf, y, 2, 2, 0, MaxPool.Rounding.FLOOR);
      y = units.get(level).apply(tf, parameters, pooled);
    }
    if (decoder) {
      for (int level = levels - 1; level >= 0; level--) {
        Operand<TFloat32> skip = skips.get(level);
        Operand<TFloat32> up = doubled(tf, y, skip);
        y =
            units
                .get(2 * levels - level)
                .apply(tf, parameters, tf.concat(List.of(skip, up), tf.constant(3)));
      }
    }
    return answer(tf, parameters, y);
  }

  /**
   * The last convolution as a matrix product: oneDNN was seen to corrupt memory in convolutions of
   * two channels.
   */
  private Operand<TFloat32> answer(Ops tf, Parameters parameters, Operand<TFloat32> x) {
    Convolution last = last();
    long[] shape = x.shape().asArray();
    Operand<TFloat32> kernel =
        tf.reshape(
            parameters.get(last.name() + ".weight"),
            tf.constant(new int[] {last.inputs(), outputs}));
    Operand<TFloat32> cells =
        Precision.product(
            tf,
            tf.reshape(x, tf.constant(new int[] {-1, last.inputs()})),
            kernel,
            tf.linalg::matMul);
    shape[3] = outputs;
    return tf.reshape(
        tf.nn.biasAdd(cells, parameters.get(last.name() + ".bias")), tf.constant(shape));
  }

  /**
   * Returns what MetaPix's U-Net reads: images and their labels, one channel a class and a last one
   * for pixels without a label.
   *
   * @param images normalised, [N, H, W, 3]
   * @param labels [N, H, W], 0..K−1; every other id counts as no label
   * @param classes K
   * @return [N, H, W, 3 + K + 1]
   */
  public static Operand<TFloat32> withLabels(
      Ops tf, Operand<TFloat32> images, Operand<TInt32> labels, int classes) {
    Operand<TInt32> channel = tf.math.minimum(labels, tf.constant(classes));
    Operand<TFloat32> oneHot =
        tf.oneHot(channel, tf.constant(classes + 1), tf.constant(1f), tf.constant(0f));
    return tf.concat(List.of(images, tf.dtypes.cast(oneHot, images.type())), tf.constant(3));
  }

  /** Twice the size, then zeros up to the skip's: half of them in front, rounded down. */
  private static Operand<TFloat32> doubled(Ops tf, Operand<TFloat32> x, Operand<TFloat32> skip) {
    int height = 2 * (int) x.shape().get(1);
    int width = 2 * (int) x.shape().get(2);
    Operand<TFloat32> up = Resize.bilinear(tf, x, height, width);
    int rows = (int) skip.shape().get(1) - height;
    int columns = (int) skip.shape().get(2) - width;
    if (rows == 0 && columns == 0) {
      return up;
    }
    Operand<TInt32> margins =
        tf.constant(
            new int[][] {
              {0, 0}, {rows / 2, rows - rows / 2}, {columns / 2, columns - columns / 2}, {0, 0}
            });
    return tf.pad(up, margins, tf.constant(0f));
  }

  /** All units: the first, those on the way down, those on the way up. */
  private List<Unit> units() {
    var units = new ArrayList<Unit>();
    units.add(new Unit("inc.double_conv", inputs, width, width));
    for (int level = 1; level <= levels; level++) {
      units.add(
          new Unit(
              "down" + level + ".maxpool_conv.1.double_conv",
              channels(level - 1),
              channels(level),
              channels(level)));
    }
    if (decoder) {
      for (int level = levels - 1; level >= 0; level--) {
        units.add(
            new Unit(
                "up" + (PUBLISHED_LEVELS - level) + ".conv.double_conv",
                2 * channels(level),
                channels(level),
                channels(Math.max(0, level - 1))));
      }
    }
    return units;
  }

  private int channels(int level) {
    return width << Math.min(level, levels - 1);
  }

  private Convolution last() {
    int channels = decoder ? width : channels(levels);
    return Convolution.same("outc.conv", channels, outputs, 1, 1, /* bias= */ true);
  }

  private record Unit(String name, int inputs, int middle, int outputs) {
    List<Convolution> convolutions() {
      return List.of(
          Convolution.same(name + ".0", inputs, middle, 3, 1, /* bias= */ true),
          Convolution.same(name + ".3", middle, outputs, 3, 1, /* bias= */ true));
    }

    Operand<TFloat32> apply(Ops tf, Parameters parameters, Operand<TFloat32> x) {
      Operand<TFloat32> y = x;
      for (Convolution convolution : convolutions()) {
        y = tf.nn.relu(InstanceNorm.apply(tf, convolution.apply(tf, parameters, y)));
      }
      return y;
    }
  }
}
