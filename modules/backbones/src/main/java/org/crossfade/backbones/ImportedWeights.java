package org.crossfade.backbones;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.weights.NamedTensor;
import org.tensorflow.Session;
import org.tensorflow.types.TFloat32;

/**
 * What a file of published weights holds for a network.
 *
 * @param file the file
 * @param used tensors in the file's (PyTorch's) layout, by the name of the variable, without a role
 * @param skipped why a tensor of the file is not used, by its name in the file
 * @param missing variables of the network that the file does not hold; they keep their
 *     initialisation
 */
public record ImportedWeights(
    Path file, Map<String, NamedTensor> used, Map<String, String> skipped, List<String> missing) {

  /** Copies the collections. */
  public ImportedWeights {
    used = Collections.unmodifiableMap(new LinkedHashMap<>(used));
    skipped = Collections.unmodifiableMap(new LinkedHashMap<>(skipped));
    missing = List.copyOf(missing);
  }

  /**
   * Returns the value of a variable in TensorFlow's layout; the caller closes it.
   *
   * @throws IllegalArgumentException if the file holds none
   */
  public TFloat32 value(String variable) {
    NamedTensor tensor = used.get(variable);
    if (tensor == null) {
      throw new IllegalArgumentException(
          file + ": holds no value of '" + variable + "', but of " + used.size() + " others");
    }
    return TensorLayout.toTensorFlow(tensor.toFloats(), tensor.shape());
  }

  /**
   * Assigns all values to the variables of a network.
   *
   * @param role the network's role in {@code store}
   */
  public void assign(VariableStore store, Session session, String role) {
    var values = new ConcurrentHashMap<String, TFloat32>();
    try {
      used.keySet().parallelStream().forEach(name -> values.put(role + "." + name, value(name)));
      store.assign(session, values);
    } finally {
      values.values().forEach(TFloat32::close);
    }
  }

  /** Returns one line for logs. */
  public String summary() {
    return "%s: %d tensors used, %d skipped, %d variables not in the file"
        .formatted(file, used.size(), skipped.size(), missing.size());
  }
}
