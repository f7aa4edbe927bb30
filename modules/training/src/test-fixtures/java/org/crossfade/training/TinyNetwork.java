package org.crossfade.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A convolution of stride 8, batch norm and a classifier: all that a loop can tell from a network.
 */
public record TinyNetwork(int classes, BatchNorm.Mode batchNorm) implements SegmentationNetwork {
  private static final int CHANNELS = 4;

  @Override
  public String name() {
    return "tiny";
  }

  @Override
  public int featureChannels() {
    return CHANNELS;
  }

  @Override
  public Normalisation normalisation() {
    return Normalisation.TORCHVISION;
  }

  @Override
  public List<ParameterSpec> parameters() {
    var all = new ArrayList<>(stem().parameters());
    all.addAll(norm().parameters());
    all.addAll(classifier().parameters());
    return all;
  }

  @Override
  public NamePattern head() {
    return NamePattern.of("classifier.**");
  }

  @Override
  public boolean takesAnySize() {
    return true;
  }

  @Override
  public Prediction answer(Forward forward, Parameters parameters, Operand<TFloat32> images) {
    var tf = forward.tf();
    Operand<TFloat32> features = tf.nn.relu(norm().after(stem(), forward, parameters, images));
    return new Prediction(
        classifier().apply(tf, parameters, features), features, Optional.empty(), Map.of());
  }

  @Override
  public SegmentationNetwork withBatchNorm(BatchNorm.Mode mode) {
    return new TinyNetwork(classes, mode);
  }

  private static Convolution stem() {
    return new Convolution("stem", 3, CHANNELS, 8, 8, 0, 1, /* bias= */ false);
  }

  private BatchNorm norm() {
    return new BatchNorm("norm", CHANNELS, batchNorm);
  }

  private Convolution classifier() {
    return new Convolution("classifier", CHANNELS, classes, 1, 1, 0, 1, /* bias= */ true);
  }
}
