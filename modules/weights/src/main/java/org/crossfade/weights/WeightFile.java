package org.crossfade.weights;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A file of published weights in any of the three formats, told apart by its first bytes.
 *
 * <p>A checkpoint is a mapping that may hold further mappings: weights under {@code state_dict},
 * {@code model_state} or {@code feature_extractor}, an optimizer's state, counters. A <em>root
 * entry</em> is a mapping (or list) that directly holds tensors; its key is the path of keys from
 * the top, joined by {@code /}, and empty for the top itself. Whatever is no tensor is skipped.
 *
 * <p>No file runs code: {@code .pth} files are pickles, and a class or function that weights do not
 * need is a name only ({@link #placeholders}). No file takes more work or memory than weights need.
 */
public final class WeightFile {
  private static final int SHOWN = 8;

  /** The name of the tensor of a file that is a bare tensor. */
  public static final String BARE_TENSOR = "tensor";

  private final Path file;
  private final Format format;
  private final Map<String, Map<String, NamedTensor>> entries;
  private final Map<String, Placeholder> objects;
  private final Set<String> placeholders;

  private WeightFile(
      Path file,
      Format format,
      Map<String, Map<String, NamedTensor>> entries,
      Map<String, Placeholder> objects,
      Set<String> placeholders) {
    this.file = file;
    this.format = format;
    this.entries = entries;
    this.objects = objects;
    this.placeholders = placeholders;
  }

  /** The format of a weight file. */
  public enum Format {
    /** The stream of pickles that PyTorch wrote before 1.6. */
    PTH_LEGACY,
    /** The zip archive that PyTorch writes since 1.6. */
    PTH_ZIP,
    /** Safetensors. */
    SAFETENSORS
  }

  /**
   * A mapping of the file that directly holds tensors.
   *
   * @param key the path of keys to it; empty for the top of the file
   * @param tensors how many tensors it holds
   */
  public record RootEntry(String key, int tensors) {}

  /**
   * Opens a file: names, types and shapes are read, elements only on demand.
   *
   * @param file PyTorch's or safetensors
   * @return the opened file
   * @throws WeightFileException if the file is missing, truncated, of no known format, takes more
   *     work or memory than weights need, or holds objects in place of all weights
   */
  public static WeightFile read(Path file) {
    Format format = FileSignature.of(file);
    if (format == Format.SAFETENSORS) {
      return new WeightFile(file, format, Map.of("", Safetensors.read(file)), Map.of(), Set.of());
    }
    TorchFile torch =
        format == Format.PTH_ZIP ? ZipContainer.open(file) : LegacyContainer.open(file);
    // A bare tensor is a mapping of one.
    Object root =
        torch.root() instanceof StridedTensor bare ? Map.of(BARE_TENSOR, bare) : torch.root();
    TensorTree tree =
        TensorTree.of(file, new TorchFile(root, torch.storages(), torch.placeholders()));
    WeightFile read =
        new WeightFile(file, format, tree.entries(), tree.placeholders(), torch.placeholders());
    if (tree.entries().isEmpty() && !tree.placeholders().isEmpty()) {
      throw new WeightFileException(file, "holds no tensors: " + read.describeObjects(""));
    }
    return read;
  }

  /** {@return its format} */
  public Format format() {
    return format;
  }

  /**
   * {@return the mappings that directly hold tensors, in the order of the file; empty if there is
   * none}
   */
  public List<RootEntry> rootEntries() {
    return entries.entrySet().stream()
        .map(entry -> new RootEntry(entry.getKey(), entry.getValue().size()))
        .toList();
  }

  /**
   * {@return the classes and functions that the file asks for beside what weights are made of, such
   * as {@code argparse.Namespace} or {@code numpy.ndarray}, in the order of the file} Nothing was
   * looked up or run for them, and what the file sets up with them was passed over. The names are
   * the file's: show them as {@link PrintableText}.
   */
  public Set<String> placeholders() {
    return placeholders;
  }

  /**
   * {@return the class of an object that lies where a tensor (or a mapping of tensors) could be
   * expected, one of {@link #placeholders}; empty if there is none}
   *
   * @param rootKey the path of the mapping; empty for the top of the file
   * @param name of what the mapping holds
   */
  public Optional<String> placeholder(String rootKey, String name) {
    return Optional.ofNullable(objects.get(TensorTree.join(rootKey, name)))
        .map(Placeholder::className);
  }

  /**
   * {@return the tensors of a root entry by name, in the order of the file and in the layout of the
   * file (PyTorch's: kernels are output channels, input channels, height, width)}
   *
   * @param rootKey one of {@link #rootEntries}; empty for the top of the file
   * @param stripPrefix removed from the names that start with it, such as {@code module.}; empty to
   *     keep names
   * @throws WeightFileException if there is no such entry, if no name starts with the prefix, or if
   *     two names become one
   */
  public Map<String, NamedTensor> tensors(String rootKey, String stripPrefix) {
    Map<String, NamedTensor> found = entries.get(rootKey);
    if (found == null) {
      String objectsThere = describeObjects(rootKey);
      throw new WeightFileException(
          file,
          "no tensors under '%s'; there are %s%s"
              .formatted(
                  PrintableText.name(rootKey),
                  describeEntries(),
                  objectsThere.isEmpty() ? "" : "; " + objectsThere));
    }
    Map<String, NamedTensor> stripped = new LinkedHashMap<>();
    boolean any = false;
    for (NamedTensor tensor : found.values()) {
      boolean starts = tensor.name().startsWith(stripPrefix);
      any |= starts;
      String name = starts ? tensor.name().substring(stripPrefix.length()) : tensor.name();
      if (stripped.put(name, tensor.renamed(name)) != null) {
        throw new WeightFileException(
            file,
            "two tensors are called '%s' once '%s' is stripped"
                .formatted(PrintableText.name(name), stripPrefix));
      }
    }
    if (!any && !found.isEmpty()) {
      throw new WeightFileException(
          file,
          "no tensor's name starts with '%s'; the first is '%s'"
              .formatted(stripPrefix, PrintableText.name(found.keySet().iterator().next())));
    }
    return Collections.unmodifiableMap(stripped);
  }

  private String describeEntries() {
    if (entries.isEmpty()) {
      return "no tensors at all";
    }
    return rootEntries().stream()
            .limit(SHOWN)
            .map(
                entry ->
                    "%d under '%s'".formatted(entry.tensors(), PrintableText.name(entry.key())))
            .collect(Collectors.joining(", "))
        + (entries.size() > SHOWN ? ", and %d more".formatted(entries.size() - SHOWN) : "");
  }

  /** The objects at a path and below it by class; empty text if there are none. */
  private String describeObjects(String rootKey) {
    Set<String> classes = new LinkedHashSet<>();
    objects.forEach(
        (path, object) -> {
          if (rootKey.isEmpty() || path.equals(rootKey) || path.startsWith(rootKey + "/")) {
            classes.add(object.className());
          }
        });
    if (classes.isEmpty()) {
      return "";
    }
    return "what lies there are objects of %s%s, and to make them code of the file would have to run"
            .formatted(
                classes.stream()
                    .limit(SHOWN)
                    .map(name -> "'" + PrintableText.name(name) + "'")
                    .collect(Collectors.joining(", ")),
                classes.size() > SHOWN ? " and %d more".formatted(classes.size() - SHOWN) : "")
        + ". Save tensors alone, as torch.save(model.state_dict(), file) does";
  }
}
