package org.crossfade.backbones.deeplab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.trunk.Trunk;
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
 * VGG-16 with output stride 8, as DeepLab, FADA and SPCL use it: the fourth and fifth pooling are
 * left out, the fifth stage dilates by 2, and fc6 and fc7 are 3x3 convolutions that dilate by 4. No
 * batch norm, no dropout.
 *
 * <p>The convolutions are named as in the published ImageNet files ({@code features.I}); fc6 and
 * fc7, which those files do not fit, as in FADA's checkpoints ({@code backbone.29}, {@code
 * backbone.31}). Its stages are {@code conv3_3} and {@code conv5_3}; the output is fc7.
 *
 * @param width channels of the first convolution
 */
record Vgg16(int width) implements Trunk {
  /** Position of a layer in the published sequence, and its channels over the width. */
  private record Layer(String name, int channels, int dilation, boolean poolBefore, String stage) {
    static Layer plain(int index, int channels) {
      return new Layer("features." + index, channels, 1, false, "");
    }

    static Layer pooled(int index, int channels) {
      return new Layer("features." + index, channels, 1, true, "");
    }
  }

  private static final List<Layer> LAYERS =
      List.of(
          Layer.plain(0, 1),
          Layer.plain(2, 1),
          Layer.pooled(5, 2),
          Layer.plain(7, 2),
          Layer.pooled(10, 4),
          Layer.plain(12, 4),
          new Layer("features.14", 4, 1, false, "conv3_3"),
          Layer.pooled(17, 8),
          Layer.plain(19, 8),
          Layer.plain(21, 8),
          new Layer("features.24", 8, 2, false, ""),
          new Layer("features.26", 8, 2, false, ""),
          new Layer("features.28", 8, 2, false, "conv5_3"),
          new Layer("backbone.29", 16, 4, false, ""),
          new Layer("backbone.31", 16, 4, false, ""));

  @Override
  public String name() {
    return "vgg16" + (width == 64 ? "" : "-width" + width);
  }

  @Override
  public int channels() {
    return 16 * width;
  }

  @Override
  public Normalisation normalisation() {
    return Normalisation.VGG_BGR255;
  }

  @Override
  public Vgg16 withBatchNorm(BatchNorm.Mode mode) {
    return this;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return convolutions().stream().flatMap(c -> c.parameters().stream()).toList();
  }

  @Override
  public Activations forward(Forward forward, Parameters parameters, Operand<TFloat32> images) {
    Ops tf = forward.tf();
    var stages = new LinkedHashMap<String, Operand<TFloat32>>();
    List<Convolution> convolutions = convolutions();
    Operand<TFloat32> x = images;
    for (int i = 0; i < LAYERS.size(); i++) {
      Layer layer = LAYERS.get(i);
      if (layer.poolBefore()) {
        x = MaxPool.apply(tf, x, 2, 2, 0, MaxPool.Rounding.FLOOR);
      }
      x = tf.nn.relu(convolutions.get(i).apply(tf, parameters, x));
      if (!layer.stage().isEmpty()) {
        stages.put(layer.stage(), x);
      }
    }
    return new Activations(x, Collections.unmodifiableMap(stages));
  }

  private List<Convolution> convolutions() {
    var convolutions = new ArrayList<Convolution>();
    int inputs = 3;
    for (Layer layer : LAYERS) {
      int outputs = layer.channels() * width;
      convolutions.add(
          Convolution.same(layer.name(), inputs, outputs, 3, layer.dilation(), /* bias= */ true));
      inputs = outputs;
    }
    return convolutions;
  }
}
