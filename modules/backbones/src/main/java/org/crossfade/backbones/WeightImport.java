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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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
 * <p>Understood are plain mappings and those below {@code state_dict}, {@code model_state_dict},
 * {@code model_state} (PixDA), {@code model}, {@code net}, {@code network}, or {@code
 * feature_extractor} and {@code classifier} (FADA, SPCL), and the prefixes {@code module.}, {@code
 * _orig_mod.}, {@code model.}, {@code net.} and {@code network.}. All else about a file's names is
 * the network's own: {@link PublishedNames}.
 */
public final class WeightImport {
  private static final int NAMES_SHOWN = 8;

  private final Path file;
  private final SegmentationNetwork network;
  private final CheckpointParts parts;
  private final Map<String, ParameterSpec> specs = new LinkedHashMap<>();
  private final Map<String, NamedTensor> used = new LinkedHashMap<>();
  private final Map<String, String> skipped = new LinkedHashMap<>();
  private final List<String> misfits = new ArrayList<>();

  private WeightImport(Path file, SegmentationNetwork network) {
    this.file = file;
    this.network = network;
    network.parameters().forEach(spec -> specs.put(spec.name(), spec));
    this.parts = new CheckpointParts(file, specs.keySet());
  }

  /**
   * Returns what {@code file} holds for {@code network}: all of the trunk, and as much of the
   * classifier as fits. {@link ImportedWeights#requireAll} is what a network needs that is used
   * without training.
   *
   * @throws WeightFileException if the file can't be read, is recognisably of another network, has
   *     a tensor of the trunk in another shape, or lacks a part of the trunk
   */
  public static ImportedWeights read(Path file, SegmentationNetwork network) {
    WeightFile weights = WeightFile.read(file);
    var roots = new LinkedHashMap<String, Map<String, NamedTensor>>();
    for (WeightFile.RootEntry entry : weights.rootEntries()) {
      roots.put(entry.key(), weights.tensors(entry.key(), ""));
    }
    return new WeightImport(file, network).match(roots, List.copyOf(weights.placeholders()));
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
    return new WeightImport(file, network).match(roots, List.of());
  }

  private ImportedWeights match(
      Map<String, Map<String, NamedTensor>> roots, List<String> passedOver) {
    Map<String, NamedTensor> tensors = parts.network(roots);
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
    refuseForeignValues(tensors.keySet());
    return new ImportedWeights(
        file,
        network.name(),
        used,
        skipped,
        missing,
        passedOver,
        Stream.concat(
                parts.beside(roots).stream(),
                network.publishedNames().untold(tensors.keySet()).stream())
            .reduce((one, other) -> one + "; it " + other));
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
          use.variables().forEach(v -> parts.refuseTwice(v, filled.put(v, tensor), tensor));
        });
    var names = new LinkedHashMap<String, String>();
    filled.forEach((variable, tensor) -> names.put(variable, tensor.name()));
    return names;
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

  /** What has to be whole must neither lack variables nor have others by names like theirs. */
  private void refusePart(List<String> missing, Map<String, String> filled) {
    NamePattern whole = network.publishedNames().whole();
    Set<String> stems = new LinkedHashSet<>();
    specs.keySet().stream().filter(whole).forEach(name -> stems.add(stem(name)));
    Set<String> absent = new LinkedHashSet<>(missing);
    absent.removeIf(name -> !whole.test(name));
    Set<String> unknown = new LinkedHashSet<>();
    filled.forEach(
        (variable, name) -> {
          if (stems.contains(stem(variable)) && !specs.containsKey(variable)) {
            unknown.add(name);
          }
        });
    if (!absent.isEmpty() && absent.stream().allMatch(WeightImport::isStatistic)) {
      throw new WeightFileException(
          file,
          "lacks the statistics of batch norms, %d of them (%s), without which all else is wrong;"
                  .formatted(absent.size(), shown(absent))
              + " save the whole model.state_dict(), buffers included");
    }
    if (!absent.isEmpty() || !unknown.isEmpty()) {
      var differences = new ArrayList<String>();
      if (!absent.isEmpty()) {
        differences.add(absent.size() + " variables are not in the file (" + shown(absent) + ")");
      }
      if (!unknown.isEmpty()) {
        differences.add(
            unknown.size() + " of its tensors are unknown to the network (" + shown(unknown) + ")");
      }
      throw new WeightFileException(
          file,
          "is of another trunk than %s's: %s; choose the layers and width of the file's network"
              .formatted(network.name(), String.join(", ", differences)));
    }
  }

  private static String stem(String variable) {
    int dot = variable.indexOf('.');
    return dot < 0 ? variable : variable.substring(0, dot + 1);
  }

  private static boolean isStatistic(String variable) {
    return variable.endsWith(".running_mean") || variable.endsWith(".running_var");
  }

  private void refuseForeignValues(Set<String> names) {
    try {
      network
          .publishedNames()
          .requireOwnValues(
              names,
              variable -> Optional.ofNullable(used.get(variable)).map(NamedTensor::toFloats));
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(file, e.getMessage(), e);
    }
  }

  private static String shown(Collection<String> names) {
    return String.join(", ", Iterables.limit(names, NAMES_SHOWN))
        + (names.size() > NAMES_SHOWN ? ", ..." : "");
  }
}
