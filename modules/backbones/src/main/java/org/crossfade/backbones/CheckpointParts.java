package org.crossfade.backbones;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.PrintableText;
import org.crossfade.weights.WeightFileException;

/**
 * Finds the network in a checkpoint, which may have an optimizer, averages and counters beside it,
 * and takes what wrappers have put in front of its names.
 */
final class CheckpointParts {
  /** Roots that hold networks; the first that a file has is read, all of its keys together. */
  private static final List<List<String>> ROOTS =
      List.of(
          List.of("feature_extractor", "classifier"),
          List.of("model_state"),
          List.of("model_state_dict"),
          List.of("state_dict"),
          List.of("model"),
          List.of("net"),
          List.of("network"),
          List.of(""));

  /** What data parallel training and PyTorch's compiler put in front of each name. */
  private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.");

  /** What an object calls the network that it has. */
  private static final List<String> FIELDS = List.of("model.", "net.", "network.");

  /** How many batches a batch norm has seen; nothing reads it. */
  private static final String COUNTER = "num_batches_tracked";

  private static final int SHOWN = 8;

  private final Path file;
  private final Set<String> variables;

  /**
   * @param file for messages
   * @param variables of the network, which are no wrappers
   */
  CheckpointParts(Path file, Set<String> variables) {
    this.file = file;
    this.variables = variables;
  }

  /**
   * Returns the network's tensors without counters, by their names without wrappers.
   *
   * @param roots the file's tensors by root key and name
   * @throws WeightFileException if nothing says which of them are a network's, or if two tensors
   *     come to one name
   */
  Map<String, NamedTensor> network(Map<String, Map<String, NamedTensor>> roots) {
    var unwrapped = new LinkedHashMap<String, NamedTensor>();
    ofNetwork(roots)
        .forEach(
            (name, tensor) -> {
              String own = unwrapped(name);
              if (!own.endsWith(COUNTER)) {
                refuseTwice(own, unwrapped.put(own, tensor), tensor);
              }
            });
    return unwrapped;
  }

  /**
   * Refuses a second tensor of one variable.
   *
   * @param other the first one; null if there is none
   */
  void refuseTwice(String variable, NamedTensor other, NamedTensor tensor) {
    if (other != null) {
      throw new WeightFileException(
          file,
          "'%s' and '%s' both mean the variable %s"
              .formatted(other.name(), tensor.name(), variable));
    }
  }

  private Map<String, NamedTensor> ofNetwork(Map<String, Map<String, NamedTensor>> roots) {
    Optional<List<String>> read = read(roots);
    if (read.isPresent()) {
      var tensors = new LinkedHashMap<String, NamedTensor>();
      read.get().stream().filter(roots::containsKey).forEach(k -> tensors.putAll(roots.get(k)));
      return tensors;
    }
    List<String> others =
        roots.keySet().stream().filter(key -> !isOfTraining(key)).collect(Collectors.toList());
    if (others.size() == 1) {
      return roots.get(others.get(0));
    }
    throw new WeightFileException(
        file,
        roots.isEmpty()
            ? "holds no tensors"
            : "holds tensors below %s; expected them at the top, or below %s"
                .formatted(
                    roots.keySet().stream()
                        .limit(SHOWN)
                        .map(PrintableText::name)
                        .collect(Collectors.joining(", ")),
                    ROOTS.stream()
                        .map(keys -> keys.get(0))
                        .filter(key -> !key.isEmpty())
                        .collect(Collectors.joining(", "))));
  }

  /**
   * Returns what has to be said of a file that holds a second copy of a network, such as a moving
   * average, beside the one that is read; empty where there is none.
   *
   * @param roots the file's tensors by root key and name
   */
  Optional<String> beside(Map<String, Map<String, NamedTensor>> roots) {
    Optional<List<String>> read = read(roots);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    List<String> others =
        roots.keySet().stream()
            .filter(key -> !read.get().contains(key) && !isOfTraining(key))
            .map(PrintableText::name)
            .toList();
    if (others.isEmpty()) {
      return Optional.empty();
    }
    String own = read.get().get(0);
    return Optional.of(
        "holds tensors below %s too, which are not read: those %s are"
            .formatted(
                others.stream().limit(SHOWN).collect(Collectors.joining(", ")),
                own.isEmpty() ? "at the top" : "below " + own));
  }

  /** The root keys of the network that is read; empty where no published key is there. */
  private static Optional<List<String>> read(Map<String, Map<String, NamedTensor>> roots) {
    return ROOTS.stream().filter(keys -> roots.containsKey(keys.get(0))).findFirst();
  }

  /** Momenta and rates look like tensors of a network, but for their place. */
  private static boolean isOfTraining(String root) {
    String key = root.toLowerCase(Locale.ROOT);
    return key.contains("optim") || key.contains("scheduler") || key.contains("scaler");
  }

  private String unwrapped(String name) {
    for (String wrapper : WRAPPERS) {
      if (name.startsWith(wrapper)) {
        return unwrapped(name.substring(wrapper.length()));
      }
    }
    for (String field : FIELDS) {
      if (name.startsWith(field) && variables.stream().noneMatch(v -> v.startsWith(field))) {
        return unwrapped(name.substring(field.length()));
      }
    }
    return name;
  }
}
