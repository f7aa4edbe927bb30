package org.crossfade.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crossfade.weights.FormulaWeights;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.Safetensors;

/** One parity case: what is fed, under which options, and what the official code answers. */
public final class ParityCase {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final String name;
  private final JsonNode meta;
  private Map<String, NamedTensor> arrays;

  private ParityCase(Path file, String name, JsonNode meta) {
    this.file = file;
    this.name = name;
    this.meta = meta;
  }

  /**
   * Reads {@code NAME.json}; the arrays beside it are opened at their first use.
   *
   * @throws IllegalArgumentException if it is no description of a case
   */
  public static ParityCase read(Path json) {
    String fileName = json.getFileName().toString();
    JsonNode meta;
    try {
      meta = JSON.readTree(json.toFile());
    } catch (IOException e) {
      throw new IllegalArgumentException(json + ": is no JSON: " + e.getMessage(), e);
    }
    for (String field : List.of("kind", "expected", "inputs", "params", "tolerance")) {
      if (meta.path(field).isMissingNode()) {
        throw new IllegalArgumentException(json + ": a parity case has a '" + field + "'");
      }
    }
    return new ParityCase(json, fileName.substring(0, fileName.length() - ".json".length()), meta);
  }

  /** The name of the case: its file's, without the extension. */
  public String name() {
    return name;
  }

  /** The dotted kind, which says what is run. */
  public String kind() {
    return meta.get("kind").asText();
  }

  /** The options of the case. */
  public JsonNode params() {
    return meta.get("params");
  }

  /**
   * An option.
   *
   * @throws IllegalArgumentException if the case has none of that name, naming those it has
   */
  public JsonNode param(String key) {
    JsonNode value = params().get(key);
    if (value == null) {
      throw new IllegalArgumentException(
          name + ": no option '" + key + "' among " + params().properties());
    }
    return value;
  }

  /** {@code params.variant}: {@code code}, {@code paper}, ...; empty if the case has none. */
  public String variant() {
    return params().path("variant").asText("");
  }

  /** The weights that {@code params.weights} (or another option) describes. */
  public FormulaWeights weights(String option) {
    return weights(param(option));
  }

  /**
   * The weights that {@code params.weights}, or an entry of it such as {@code theta}, describes.
   *
   * @throws IllegalArgumentException if the generator is another one
   */
  public static FormulaWeights weights(JsonNode weights) {
    String generator = weights.path("generator").asText("splitmix64");
    if (!generator.equals("splitmix64") || !weights.path("seed").isIntegralNumber()) {
      throw new IllegalArgumentException(
          "expected {generator: splitmix64, seed: a whole number}, found " + weights);
    }
    return new FormulaWeights(weights.path("prefix").asText(""), weights.get("seed").asLong());
  }

  /** The directory that the case lies in, for further files named by its options. */
  public Path directory() {
    return file.toAbsolutePath().getParent();
  }

  /** Names of the arrays to feed. */
  public List<String> inputs() {
    return strings("inputs");
  }

  /** Names of the arrays to get. */
  public List<String> expected() {
    return strings("expected");
  }

  /** Whether there is an array to feed of that name. */
  public boolean hasInput(String field) {
    return inputs().contains(field);
  }

  /**
   * An array to feed.
   *
   * @throws IllegalArgumentException if the case has none of that name, naming those it has
   */
  public NamedTensor input(String field) {
    if (!hasInput(field)) {
      throw new IllegalArgumentException(name + ": no input '" + field + "' among " + inputs());
    }
    return array(field);
  }

  /** An array to feed as float32. */
  public float[] floats(String field) {
    return input(field).toFloats();
  }

  /** An array to feed as float64. */
  public double[] doubles(String field) {
    return input(field).toDoubles();
  }

  /** An array of whole numbers to feed as int32. */
  public int[] ints(String field) {
    return input(field).toInts();
  }

  /** The shape of an array to feed. */
  public long[] shape(String field) {
    return input(field).shape();
  }

  @Override
  public String toString() {
    return name;
  }

  JsonNode tolerance() {
    return meta.get("tolerance");
  }

  NamedTensor array(String field) {
    if (arrays == null) {
      arrays = Safetensors.read(file.resolveSibling(name + ".safetensors"));
    }
    NamedTensor tensor = arrays.get(field);
    if (tensor == null) {
      throw new IllegalArgumentException(
          name
              + ": no array '"
              + field
              + "' in its safetensors file, which has "
              + arrays.keySet());
    }
    return tensor;
  }

  private List<String> strings(String key) {
    List<String> values = new ArrayList<>();
    meta.get(key).forEach(value -> values.add(value.asText()));
    return List.copyOf(values);
  }
}
