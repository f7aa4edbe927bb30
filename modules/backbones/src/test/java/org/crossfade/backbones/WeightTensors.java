package org.crossfade.backbones;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.weights.NamedTensor;

/** Tensors of made-up files of published weights. */
public final class WeightTensors {
  private WeightTensors() {}

  /** A file with a trunk's variables under its own names; element i of a tensor is i. */
  public static Map<String, NamedTensor> trunkFile(List<ParameterSpec> specs) {
    var tensors = new LinkedHashMap<String, NamedTensor>();
    for (ParameterSpec spec : specs) {
      float[] values = new float[(int) spec.shape().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = i;
      }
      long[] shape = TensorLayout.toPytorch(spec.shape());
      tensors.put(spec.name(), NamedTensor.of(spec.name(), values, shape));
    }
    return tensors;
  }

  /** A file with all variables of a network under other names. */
  public static Map<String, NamedTensor> renamed(
      SegmentationNetwork network, UnaryOperator<String> name) {
    var tensors = new LinkedHashMap<String, NamedTensor>();
    for (ParameterSpec spec : network.parameters()) {
      add(tensors, name.apply(spec.name()), TensorLayout.toPytorch(spec.shape()));
    }
    return tensors;
  }

  public static void add(Map<String, NamedTensor> tensors, String name, long... shape) {
    int size = 1;
    for (long extent : shape) {
      size *= (int) extent;
    }
    tensors.put(name, NamedTensor.of(name, new float[size], shape));
  }
}
