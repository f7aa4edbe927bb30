package org.crossfade.backbones;

import com.google.common.collect.Iterables;
import com.google.common.collect.Sets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.PublishedNames;
import org.crossfade.core.nn.PublishedNames.Fit;
import org.crossfade.core.nn.PublishedNames.Use;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.WeightFile;
import org.crossfade.weights.WeightFileException;
import org.tensorflow.ndarray.Shape;

/**
 * Reads the files that the papers' authors, torchvision and Caffe's converters published into a
 * network's variables.
 *
 * <p>Understood are plain mappings and those below {@code state_dict}, {@code model_state} (PixDA),
 * {@code model} or {@code feature_extractor} and {@code classifier} (FADA, SPCL), and the prefix
 * {@code module.} of data parallel training. All else about a file's names is the network's own:
 * {@link PublishedNames}.
 */
public final class WeightImport {
  /** Roots that hold networks; the first that a file has is read, all of its keys together. */
  private static final List<List<String>> ROOTS =
      List.of(
          List.of("feature_extractor", "classifier"),
          List.of("model_state"),
          List.of("state_dict"),
          List.of("model"),
          List.of(""));

  /** What data parallel training puts in front of each name. */
  private static final String WRAPPER = "module.";

  /** How many batches a batch norm has seen; nothing reads it. */
  private static final String COUNTER = "num_batches_tracked";

  private static final int NAMES_SHOWN = 8;

  private final Path file;
  private final SegmentationNetwork network;
  private final Map<String, ParameterSpec> specs = new LinkedHashMap<>();
  private final Map<String, NamedTensor> used = new LinkedHashMap<>();
  private final Map<String, String> skipped = new LinkedHashMap<>();
  private final List<String> misfits = new ArrayList<>();

  private WeightImport(Path file, SegmentationNetwork network) {
    this.file = file;
    this.network = network;
    network.parameters().forEach(spec -> specs.put(spec.name(), spec));
  }

  /**
   * Returns what {@code file} holds for {@code network}.
   *
   * @throws WeightFileException if the file can't be read, is recognisably of another network, has
   *     a tensor of the trunk in another shape, or holds nothing of the trunk
   */
  public static ImportedWeights read(Path file, SegmentationNetwork network) {
    WeightFile weights = WeightFile.read(file);
    var roots = new LinkedHashMap<String, Map<String, NamedTensor>>();
    for (WeightFile.RootEntry entry : weights.rootEntries()) {
      roots.put(entry.key(), weights.tensors(entry.key(), ""));
    }
    return match(file, roots, network);
  }

  /**
   * Returns what a file holds for a network.
   *
   * @param file for messages
   * @param roots the file's tensors by root key and name
   * @throws WeightFileException as {@link #read}
   */
  public static ImportedWeights match(
      Path file, Map<String, Map<String, NamedTensor>> roots, SegmentationNetwork network) {
    return new WeightImport(file, network).match(roots);
  }

  private ImportedWeights match(Map<String, Map<String, NamedTensor>> roots) {
    Map<String, NamedTensor> tensors = unwrapped(networkTensors(roots));
    Map<String, Use> uses = uses(tensors);
    Map<String, String> filled = filled(tensors, uses);
    uses.forEach((name, use) -> take(tensors.get(name), use));
    if (!misfits.isEmpty()) {
      throw new WeightFileException(
          file,
          "%d tensors have other shapes than %s: %s%s; choose the layers and width of the file's"
                  .formatted(
                      misfits.size(),
                      network.name(),
                      String.join("; ", Iterables.limit(misfits, NAMES_SHOWN)),
                      misfits.size() > NAMES_SHOWN ? "; ..." : "")
              + " network");
    }
    refuseForeign(filled.keySet());
    var missing = new ArrayList<>(specs.keySet());
    missing.removeAll(used.keySet());
    refusePart(missing, filled);
    return new ImportedWeights(file, used, skipped, missing);
  }

  private Map<String, NamedTensor> networkTensors(Map<String, Map<String, NamedTensor>> roots) {
    for (List<String> keys : ROOTS) {
      if (roots.containsKey(keys.get(0))) {
        var tensors = new LinkedHashMap<String, NamedTensor>();
        keys.stream().filter(roots::containsKey).forEach(key -> tensors.putAll(roots.get(key)));
        return tensors;
      }
    }
    if (roots.size() == 1) {
      return roots.values().iterator().next();
    }
    throw new WeightFileException(
        file,
        roots.isEmpty()
            ? "holds no tensors"
            : "holds tensors below "
                + String.join(", ", roots.keySet())
                + "; expected them at the top or below state_dict, model, model_state or"
                + " feature_extractor");
  }

  /** Tensors without counters, by their names without the wrapper's prefix. */
  private Map<String, NamedTensor> unwrapped(Map<String, NamedTensor> tensors) {
    var unwrapped = new LinkedHashMap<String, NamedTensor>();
    tensors.forEach(
        (name, tensor) -> {
          String rest = name;
          while (rest.startsWith(WRAPPER)) {
            rest = rest.substring(WRAPPER.length());
          }
          if (!rest.endsWith(COUNTER)) {
            refuseTwice(rest, unwrapped.put(rest, tensor), tensor);
          }
        });
    return unwrapped;
  }

  private Map<String, Use> uses(Map<String, NamedTensor> tensors) {
    var shapes = new LinkedHashMap<String, Shape>();
    tensors.forEach((name, tensor) -> shapes.put(name, Shape.of(tensor.shape())));
    try {
      return network.publishedNames().read(shapes);
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(file, e.getMessage(), e);
    }
  }

  /** Names in the file by the variable that they mean. */
  private Map<String, String> filled(Map<String, NamedTensor> tensors, Map<String, Use> uses) {
    var filled = new LinkedHashMap<String, NamedTensor>();
    uses.forEach(
        (name, use) -> {
          NamedTensor tensor = tensors.get(name);
          use.variables().forEach(v -> refuseTwice(v, filled.put(v, tensor), tensor));
        });
    var names = new LinkedHashMap<String, String>();
    filled.forEach((variable, tensor) -> names.put(variable, tensor.name()));
    return names;
  }

  private void refuseTwice(String variable, NamedTensor other, NamedTensor tensor) {
    if (other != null) {
      throw new WeightFileException(
          file,
          "'%s' and '%s' both mean the variable %s"
              .formatted(other.name(), tensor.name(), variable));
    }
  }

  private void take(NamedTensor tensor, Use use) {
    use.skipped().ifPresent(why -> skipped.put(tensor.name(), why));
    for (String variable : use.variables()) {
      ParameterSpec spec = specs.get(variable);
      if (spec == null) {
        skipped.put(tensor.name(), "the network has no such variable");
        continue;
      }
      long[] wanted = TensorLayout.toPytorch(spec.shape());
      NamedTensor fitted = fitted(tensor, wanted, use.fit());
      if (Arrays.equals(fitted.shape(), wanted)) {
        used.put(variable, fitted);
        continue;
      }
      String shapes =
          "has the shape %s, the network needs %s"
              .formatted(Arrays.toString(tensor.shape()), Arrays.toString(wanted));
      if (network.head().test(variable)) {
        skipped.put(tensor.name(), shapes);
      } else {
        misfits.add("'" + tensor.name() + "' " + shapes);
      }
    }
  }

  /** A tensor in the wanted shape, or as it is where its elements don't allow that. */
  private static NamedTensor fitted(NamedTensor tensor, long[] wanted, Fit fit) {
    long size = Shape.of(wanted).size();
    long[] shape = tensor.shape();
    if (fit == Fit.FIRST_ROWS
        && shape.length > 0
        && shape[0] > wanted[0]
        && tensor.size() / shape[0] == size / wanted[0]) {
      return NamedTensor.of(tensor.name(), Arrays.copyOf(tensor.toFloats(), (int) size), wanted);
    }
    return fit != Fit.SAME_SHAPE && tensor.size() == size ? tensor.reshaped(wanted) : tensor;
  }

  private void refuseForeign(Set<String> there) {
    NamePattern head = network.head();
    if (used.keySet().stream().anyMatch(name -> !head.test(name))) {
      return;
    }
    throw new WeightFileException(
        file,
        "holds nothing of %s's trunk. The file has %d names, %d of them unknown to the network: %s."
                .formatted(
                    network.name(),
                    there.size(),
                    Sets.difference(there, specs.keySet()).size(),
                    shown(Sets.difference(there, specs.keySet())))
            + " The network has %d names, %d of them not in the file: %s"
                .formatted(
                    specs.size(),
                    Sets.difference(specs.keySet(), there).size(),
                    shown(Sets.difference(specs.keySet(), there))));
  }

  /** What has to be whole must neither lack variables nor have others. */
  private void refusePart(List<String> missing, Map<String, String> filled) {
    NamePattern whole = network.publishedNames().whole();
    Set<String> absent = new LinkedHashSet<>(missing);
    absent.removeIf(name -> !whole.test(name));
    Set<String> unknown = new LinkedHashSet<>();
    filled.forEach(
        (variable, name) -> {
          if (whole.test(variable) && !specs.containsKey(variable)) {
            unknown.add(name);
          }
        });
    if (!absent.isEmpty() || !unknown.isEmpty()) {
      throw new WeightFileException(
          file,
          "is of another trunk than %s's: %d variables are not in the file (%s), %d of its tensors"
                  .formatted(network.name(), absent.size(), shown(absent), unknown.size())
              + " are unknown to the network (%s); choose the layers and width of the file's network"
                  .formatted(shown(unknown)));
    }
  }

  private static String shown(Collection<String> names) {
    return String.join(", ", Iterables.limit(names, NAMES_SHOWN))
        + (names.size() > NAMES_SHOWN ? ", ..." : "");
  }
}
