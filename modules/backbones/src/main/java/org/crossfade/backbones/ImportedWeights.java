package org.crossfade.backbones;

import com.google.common.collect.Iterables;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.PrintableText;
import org.crossfade.weights.WeightFileException;
import org.tensorflow.Session;
import org.tensorflow.types.TFloat32;

/**
 * What a file of published weights holds for a network.
 *
 * @param file the file
 * @param network name of the network
 * @param used tensors in the file's (PyTorch's) layout, by the name of the variable, without a role
 * @param skipped why a tensor of the file is not used, by its name in the file
 * @param missing variables of the network that the file does not hold; they keep their
 *     initialisation
 * @param passedOver classes of the objects beside the weights, of which nothing was made or run
 * @param remark what else the user has to know of the file, without its subject; empty if nothing
 */
public record ImportedWeights(
    Path file,
    String network,
    Map<String, NamedTensor> used,
    Map<String, String> skipped,
    List<String> missing,
    List<String> passedOver,
    Optional<String> remark) {
  private static final int SHOWN = 8;
  private static final String VARIANCE = ".running_var";

  /** Copies the collections. */
  public ImportedWeights {
    used = Collections.unmodifiableMap(new LinkedHashMap<>(used));
    skipped = Collections.unmodifiableMap(new LinkedHashMap<>(skipped));
    missing = List.copyOf(missing);
    passedOver = List.copyOf(passedOver);
  }

  /**
   * Returns these weights where they are all that the network has, as it needs them that is used
   * without training.
   *
   * @throws WeightFileException if a variable is missing; the message says which, and what of the
   *     file was skipped for which reason
   */
  public ImportedWeights requireAll() {
    if (missing.isEmpty()) {
      return this;
    }
    String why =
        skipped.entrySet().stream()
            .limit(SHOWN)
            .map(s -> "'" + PrintableText.name(s.getKey()) + "' " + s.getValue())
            .collect(Collectors.joining("; "));
    throw new WeightFileException(
        file,
        "lacks %d of the %d variables of %s: %s%s. What is missing would be random. Choose the network"
                .formatted(
                    missing.size(),
                    missing.size() + used.size(),
                    network,
                    shown(missing),
                    skippedToo(why))
            + " and the classes that the file was trained with; or train first, which starts from"
            + " such a file");
  }

  private static String skippedToo(String why) {
    return why.isEmpty() ? "" : "; skipped: " + why;
  }

  /**
   * Returns these weights where all are numbers that a network can have.
   *
   * @throws WeightFileException if one is not finite, or a variance is negative
   */
  public ImportedWeights requireFinite() {
    used.entrySet().parallelStream()
        .forEach(entry -> requireFinite(entry.getKey(), entry.getValue().toFloats()));
    return this;
  }

  private float[] requireFinite(String variable, float[] values) {
    boolean variance = variable.endsWith(VARIANCE);
    for (float value : values) {
      if (!Float.isFinite(value) || (variance && value < 0)) {
        throw new WeightFileException(
            file,
            "'%s' holds %s%s: the file is damaged, or of a training that diverged; take an earlier"
                    .formatted(
                        PrintableText.name(used.get(variable).name()),
                        value,
                        Float.isFinite(value) ? ", and no variance is negative" : "")
                + " checkpoint");
      }
    }
    return values;
  }

  private static String shown(List<String> names) {
    return String.join(", ", Iterables.limit(names, SHOWN)) + (names.size() > SHOWN ? ", ..." : "");
  }

  /**
   * Returns the value of a variable in TensorFlow's layout; the caller closes it.
   *
   * @throws IllegalArgumentException if the file holds none
   * @throws WeightFileException as {@link #requireFinite}
   */
  public TFloat32 value(String variable) {
    NamedTensor tensor = used.get(variable);
    if (tensor == null) {
      throw new IllegalArgumentException(
          file + ": holds no value of '" + variable + "', but of " + used.size() + " others");
    }
    return TensorLayout.toTensorFlow(requireFinite(variable, tensor.toFloats()), tensor.shape());
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
    return "%s: %d tensors used, %d skipped, %d variables not in the file%s%s"
        .formatted(
            file,
            used.size(),
            skipped.size(),
            missing.size(),
            passedOver.isEmpty()
                ? ""
                : "; passed over, and nothing of it run: "
                    + shown(passedOver.stream().map(PrintableText::name).toList()),
            remark.map(what -> "; it " + what).orElse(""));
  }
}
