package org.crossfade.backbones;

import com.google.common.collect.Iterables;
import com.google.common.collect.Sets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.WeightFile;
import org.crossfade.weights.WeightFileException;

/**
 * Reads the files that the papers' authors, torchvision and Caffe's converters published into a
 * network's variables.
 *
 * <p>Understood are plain mappings and those below {@code state_dict}, {@code model_state} (PixDA)
 * or {@code feature_extractor} and {@code classifier} (FADA, SPCL); the prefixes and numberings of
 * {@link PublishedNames}; ImageNet files of ResNet and VGG-16, whose 1000-way layers are skipped;
 * the Caffe initialisation, whose classifier of 21 classes is always skipped; FDA's single
 * classifier on the fourth stage, which is called {@code layer5}; the published files of MiT and of
 * mmsegmentation's ResNet-V1c for the trunks of DAFormer, HRDA and DeepLabV3+, and their
 * checkpoints.
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

  private static final String MAIN = "layer6.";
  private static final String AUXILIARY = "layer5.";
  private static final String FIRST_KERNEL = "conv2d_list.0.weight";
  private static final int NAMES_SHOWN = 8;

  private final Path file;
  private final SegmentationNetwork network;
  private final Map<String, ParameterSpec> specs = new LinkedHashMap<>();
  private final Map<String, NamedTensor> used = new LinkedHashMap<>();
  private final Map<String, String> skipped = new LinkedHashMap<>();

  private WeightImport(Path file, SegmentationNetwork network) {
    this.file = file;
    this.network = network;
    network.parameters().forEach(spec -> specs.put(spec.name(), spec));
  }

  /**
   * Returns what {@code file} holds for {@code network}.
   *
   * @throws WeightFileException if the file can't be read, is of the other family of residual
   *     networks, has a tensor of the trunk in another shape, or holds nothing of the trunk
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
   * @param roots the file's tensors by root key and name
   */
  static ImportedWeights match(
      Path file, Map<String, Map<String, NamedTensor>> roots, SegmentationNetwork network) {
    return new WeightImport(file, network).match(roots);
  }

  private ImportedWeights match(Map<String, Map<String, NamedTensor>> roots) {
    Map<String, NamedTensor> tensors = networkTensors(roots);
    if (network instanceof Fcn8s fcn8s) {
      tensors = Fcn8sWeights.of(fcn8s, tensors);
    }
    PublishedNames names;
    try {
      names =
          isEncoderDecoder()
              ? PublishedNames.ofEncoderDecoder(tensors.keySet())
              : PublishedNames.of(tensors.keySet());
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(file, e.getMessage(), e);
    }
    refuseOtherFamily(names.origin());
    boolean singleHead = isSingleHead(tensors, names);
    var misfits = new ArrayList<String>();
    for (Map.Entry<String, String> entry : names.variables().entrySet()) {
      take(entry.getKey(), entry.getValue(), tensors.get(entry.getKey()), singleHead, misfits);
    }
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
    refuseForeign(names.variables().values());
    var missing = new ArrayList<>(specs.keySet());
    missing.removeAll(used.keySet());
    if (isEncoderDecoder()) {
      refusePartOfTrunk(missing, names.variables());
    }
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

  private boolean isEncoderDecoder() {
    return specs.keySet().stream().anyMatch(name -> name.startsWith(EncoderDecoder.HEAD + "."));
  }

  /** A trunk of another depth has the same shapes where both have a block. */
  private void refusePartOfTrunk(List<String> missing, Map<String, String> published) {
    String trunk = EncoderDecoder.TRUNK + ".";
    Set<String> absent = new LinkedHashSet<>(missing);
    absent.removeIf(name -> !name.startsWith(trunk));
    Set<String> unknown = new LinkedHashSet<>();
    published.forEach(
        (name, variable) -> {
          if (variable.startsWith(trunk)
              && !specs.containsKey(variable)
              && !isImageNetClassifier(variable)
              && !isCounter(variable)) {
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

  private static boolean isCounter(String published) {
    return published.endsWith("num_batches_tracked");
  }

  private static boolean isImageNetClassifier(String published) {
    return published.matches("(backbone\\.)?fc\\..*")
        || published.matches("backbone\\.head\\..*")
        || published.matches("classifier\\.\\d+\\..*");
  }

  private boolean isCaffe() {
    return specs.containsKey(MAIN + FIRST_KERNEL);
  }

  /** All shapes of the two families agree, so the names alone can tell. */
  private void refuseOtherFamily(PublishedNames.Origin origin) {
    boolean residual = specs.containsKey("layer1.0.conv1.weight");
    if (residual && isCaffe() && origin == PublishedNames.Origin.TORCHVISION) {
      throw new WeightFileException(
          file,
          "is of torchvision's family of residual networks (FADA, SPCL); use the architecture"
              + " deeplab-v2-resnet-torchvision");
    }
    if (residual && !isCaffe() && origin == PublishedNames.Origin.CAFFE) {
      throw new WeightFileException(
          file,
          "is of Caffe's family of residual networks (AdaptSegNet, ADVENT, FDA, PixDA); use the"
              + " architecture deeplab-v2-resnet-caffe");
    }
  }

  /** Whether the file's {@code layer5} is a single classifier on the fourth stage, as in FDA. */
  private boolean isSingleHead(Map<String, NamedTensor> tensors, PublishedNames names) {
    if (!isCaffe() || names.variables().containsValue(MAIN + FIRST_KERNEL)) {
      return false;
    }
    long inputs = TensorLayout.toPytorch(specs.get(MAIN + FIRST_KERNEL).shape())[1];
    return names.variables().entrySet().stream()
        .filter(entry -> entry.getValue().equals(AUXILIARY + FIRST_KERNEL))
        .map(entry -> tensors.get(entry.getKey()).shape())
        .anyMatch(shape -> shape.length == 4 && shape[1] == inputs);
  }

  private void take(
      String name, String published, NamedTensor tensor, boolean singleHead, List<String> misfits) {
    if (isCounter(published)) {
      return;
    }
    String variable =
        singleHead && published.startsWith(AUXILIARY)
            ? MAIN + published.substring(AUXILIARY.length())
            : published;
    ParameterSpec spec = specs.get(variable);
    if (isImageNetClassifier(published)) {
      skipped.put(name, "belongs to the 1000 classes of ImageNet");
    } else if (name.contains("Scale.") && published.contains("conv2d_list.")) {
      skipped.put(name, "belongs to the classifier of the initialisation's own task");
    } else if (spec == null) {
      skipped.put(name, "the network has no such variable");
    } else if (Arrays.equals(tensor.shape(), TensorLayout.toPytorch(spec.shape()))) {
      used.put(variable, tensor);
    } else {
      String shapes =
          "has the shape %s, the network needs %s"
              .formatted(
                  Arrays.toString(tensor.shape()),
                  Arrays.toString(TensorLayout.toPytorch(spec.shape())));
      if (network.head().test(variable)) {
        skipped.put(name, shapes);
      } else {
        misfits.add("'" + name + "' " + shapes);
      }
    }
  }

  private void refuseForeign(Iterable<String> published) {
    NamePattern head = network.head();
    if (used.keySet().stream().anyMatch(name -> !head.test(name))) {
      return;
    }
    Set<String> there = new LinkedHashSet<>();
    published.forEach(there::add);
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

  private static String shown(Set<String> names) {
    return String.join(", ", Iterables.limit(names, NAMES_SHOWN))
        + (names.size() > NAMES_SHOWN ? ", ..." : "");
  }
}
