package org.crossfade.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * <p>No file runs code: {@code .pth} files are pickles, and a pickle that names a class which
 * weights do not need is refused.
 */
public final class WeightFile {
  private static final int DEEPEST = 16;

  /** The name of the tensor of a file that is a bare tensor. */
  public static final String BARE_TENSOR = "tensor";

  private final Path file;
  private final Format format;
  private final Map<String, Map<String, NamedTensor>> entries;

  private WeightFile(Path file, Format format, Map<String, Map<String, NamedTensor>> entries) {
    this.file = file;
    this.format = format;
    this.entries = Collections.unmodifiableMap(entries);
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
   * @throws WeightFileException if the file is missing, truncated, of no known format or asks for
   *     classes that weights do not need
   */
  public static WeightFile read(Path file) {
    Format format = detect(file);
    Map<String, Map<String, NamedTensor>> entries = new LinkedHashMap<>();
    if (format == Format.SAFETENSORS) {
      entries.put("", Safetensors.read(file));
      return new WeightFile(file, format, entries);
    }
    TorchFile torch =
        format == Format.PTH_ZIP ? ZipContainer.open(file) : LegacyContainer.open(file);
    if (torch.root() instanceof StridedTensor bare) {
      entries.put("", Map.of(BARE_TENSOR, named(file, BARE_TENSOR, bare, torch.storages())));
    } else {
      collect(
          file,
          torch,
          "",
          torch.root(),
          entries,
          Collections.newSetFromMap(new IdentityHashMap<>()),
          0);
    }
    return new WeightFile(file, format, entries);
  }

  /** Its format. */
  public Format format() {
    return format;
  }

  /** The mappings that directly hold tensors, in the order of the file; empty if there is none. */
  public List<RootEntry> rootEntries() {
    return entries.entrySet().stream()
        .map(entry -> new RootEntry(entry.getKey(), entry.getValue().size()))
        .toList();
  }

  /**
   * The tensors of a root entry by name, in the order of the file and in the layout of the file
   * (PyTorch's: kernels are output channels, input channels, height, width).
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
      throw new WeightFileException(
          file, "no tensors under '%s'; there are %s".formatted(rootKey, describeEntries()));
    }
    Map<String, NamedTensor> stripped = new LinkedHashMap<>();
    boolean any = false;
    for (NamedTensor tensor : found.values()) {
      boolean starts = tensor.name().startsWith(stripPrefix);
      any |= starts;
      String name = starts ? tensor.name().substring(stripPrefix.length()) : tensor.name();
      if (stripped.put(name, tensor.renamed(name)) != null) {
        throw new WeightFileException(
            file, "two tensors are called '%s' once '%s' is stripped".formatted(name, stripPrefix));
      }
    }
    if (!any && !found.isEmpty()) {
      throw new WeightFileException(
          file,
          "no tensor's name starts with '%s'; the first is '%s'"
              .formatted(stripPrefix, found.keySet().iterator().next()));
    }
    return Collections.unmodifiableMap(stripped);
  }

  private String describeEntries() {
    return rootEntries().isEmpty()
        ? "no tensors at all"
        : rootEntries().stream()
            .map(entry -> "%d under '%s'".formatted(entry.tensors(), entry.key()))
            .collect(Collectors.joining(", "));
  }

  private static Format detect(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new WeightFileException(file, "there is no such file");
    }
    long size;
    try {
      size = Files.size(file);
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be read: " + e.getMessage(), e);
    }
    if (size < 9) {
      throw new WeightFileException(
          file, "is no weight file: it has only " + size + " bytes; get it again");
    }
    byte[] start = new byte[9];
    FileRange.read(file, 0, start.length).get(start);
    if (start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4) {
      return Format.PTH_ZIP;
    }
    if ((start[0] & 0xFF) == 0x80) {
      return Format.PTH_LEGACY;
    }
    if (start[8] == '{') {
      return Format.SAFETENSORS;
    }
    throw new WeightFileException(
        file,
        "is no weight file: expected PyTorch's .pth (a zip archive, or a pickle that starts with"
            + " byte 0x80) or safetensors, found the bytes "
            + HexFormat.ofDelimiter(" ").formatHex(start)
            + (start[0] == '<' ? " (a web page? The download may have failed)" : ""));
  }

  private static void collect(
      Path file,
      TorchFile torch,
      String path,
      Object value,
      Map<String, Map<String, NamedTensor>> entries,
      Set<Object> seen,
      int depth) {
    List<Map.Entry<String, Object>> children = children(value);
    if (children.isEmpty() || depth > DEEPEST || !seen.add(value)) {
      return;
    }
    Map<String, NamedTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, Object> child : children) {
      if (child.getValue() instanceof StridedTensor tensor) {
        tensors.put(child.getKey(), named(file, child.getKey(), tensor, torch.storages()));
      }
    }
    if (!tensors.isEmpty()) {
      entries.put(path, Collections.unmodifiableMap(tensors));
    }
    for (Map.Entry<String, Object> child : children) {
      String childPath = path.isEmpty() ? child.getKey() : path + "/" + child.getKey();
      collect(file, torch, childPath, child.getValue(), entries, seen, depth + 1);
    }
  }

  private static NamedTensor named(
      Path file, String name, StridedTensor tensor, StorageReader storages) {
    try {
      return tensor.named(name, storages);
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(file, e.getMessage(), e);
    }
  }

  /** What a mapping, list or tuple holds, lists and tuples by position; empty for anything else. */
  private static List<Map.Entry<String, Object>> children(Object value) {
    List<Map.Entry<String, Object>> children = new ArrayList<>();
    if (value instanceof Map<?, ?> mapping) {
      mapping.forEach((key, child) -> children.add(child(String.valueOf(key), child)));
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        children.add(child(String.valueOf(i), list.get(i)));
      }
    } else if (value instanceof Object[] tuple) {
      for (int i = 0; i < tuple.length; i++) {
        children.add(child(String.valueOf(i), tuple[i]));
      }
    }
    return children;
  }

  private static Map.Entry<String, Object> child(String key, Object value) {
    return new AbstractMap.SimpleImmutableEntry<>(key, value);
  }
}
