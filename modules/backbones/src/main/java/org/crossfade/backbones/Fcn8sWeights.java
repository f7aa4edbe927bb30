package org.crossfade.backbones;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.weights.NamedTensor;

/**
 * Brings files of VGG-16 and of single-stem networks into the form of {@link Fcn8s}, as MetaPix's
 * code does: a block that both domains have for themselves gets one copy each, VGG's fully
 * connected layers become convolutions, and the scores start as the first K of ImageNet's 1000
 * classes.
 */
final class Fcn8sWeights {
  /** Positions of VGG-16's convolutions in the published sequence, by block. */
  private static final List<List<Integer>> POSITIONS =
      List.of(
          List.of(0, 2),
          List.of(5, 7),
          List.of(10, 12, 14),
          List.of(17, 19, 21),
          List.of(24, 26, 28));

  /** Positions of its fully connected layers, and their names here. */
  private static final Map<String, String> FULLY_CONNECTED =
      Map.of("classifier.0", "fc6", "classifier.3", "fc7", "classifier.6", "score");

  private static final Pattern LAYER = Pattern.compile("(.+)\\.(weight|bias)");
  private static final Pattern SHARED = Pattern.compile("(conv[1-5])(_\\d)");

  private Fcn8sWeights() {}

  /**
   * Returns tensors by the names of the network's variables; what is none of VGG's or of a shared
   * block keeps its name.
   */
  static Map<String, NamedTensor> of(Fcn8s network, Map<String, NamedTensor> file) {
    var specs = new LinkedHashMap<String, ParameterSpec>();
    network.parameters().forEach(spec -> specs.put(spec.name(), spec));
    var tensors = new LinkedHashMap<String, NamedTensor>();
    file.forEach(
        (name, tensor) -> {
          Matcher parts = LAYER.matcher(name);
          if (!parts.matches()) {
            tensors.put(name, tensor);
            return;
          }
          String layer = layer(parts.group(1));
          String kind = "." + parts.group(2);
          for (String variable : variables(layer, kind, specs)) {
            ParameterSpec spec = specs.get(variable);
            tensors.put(
                spec == null ? name : variable, spec == null ? tensor : fitted(tensor, spec));
          }
        });
    return tensors;
  }

  /** A layer's name here, of the shared form. */
  private static String layer(String published) {
    for (int block = 0; block < POSITIONS.size(); block++) {
      for (int i = 0; i < POSITIONS.get(block).size(); i++) {
        if (published.equals("features." + POSITIONS.get(block).get(i))) {
          return "conv%d_%d".formatted(block + 1, i + 1);
        }
      }
    }
    return FULLY_CONNECTED.getOrDefault(published, published);
  }

  /** The variables that a layer fills: itself, or one of each domain. */
  private static List<String> variables(
      String layer, String kind, Map<String, ParameterSpec> specs) {
    Matcher shared = SHARED.matcher(layer);
    String stem = shared.matches() ? shared.group(1) : layer;
    String rest = shared.matches() ? shared.group(2) : "";
    String source = stem + "x1" + rest + kind;
    return specs.containsKey(source)
        ? List.of(source, stem + "x2" + rest + kind)
        : List.of(layer + kind);
  }

  /** A tensor in the shape of its variable, where its elements allow that. */
  private static NamedTensor fitted(NamedTensor tensor, ParameterSpec spec) {
    long[] shape = TensorLayout.toPytorch(spec.shape());
    if (spec.name().startsWith("score") && tensor.shape()[0] > shape[0]) {
      return NamedTensor.of(
          tensor.name(), Arrays.copyOf(tensor.toFloats(), (int) spec.shape().size()), shape);
    }
    return tensor.size() == spec.shape().size() ? tensor.reshaped(shape) : tensor;
  }
}
