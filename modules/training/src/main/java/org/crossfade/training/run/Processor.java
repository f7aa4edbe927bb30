package org.crossfade.training.run;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The processor that computes: a time, and the last digits of a score, are of one kind of it.
 *
 * @param name vendor's name, with family and model where the system tells them; empty where it
 *     tells nothing
 * @param instructions those that matter for float32 and half precision, of which TensorFlow and
 *     oneDNN choose their code
 */
public record Processor(String name, List<String> instructions) {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Splitter FIELD = Splitter.on(':').limit(2).trimResults();

  /** Flags of Linux, and what they are called. */
  private static final List<Map.Entry<String, String>> KNOWN =
      List.of(
          Map.entry("avx2", "AVX2"),
          Map.entry("avx512f", "AVX-512"),
          Map.entry("avx512_bf16", "AVX512-BF16"),
          Map.entry("amx_bf16", "AMX-BF16"));

  /** Copies the list. */
  public Processor {
    instructions = List.copyOf(instructions);
  }

  /** Returns this machine's, as far as the system tells it. */
  public static Processor here() {
    try {
      return Files.isReadable(CPUINFO) ? of(Files.readAllLines(CPUINFO)) : unknown();
    } catch (IOException e) {
      return unknown();
    }
  }

  private static Processor unknown() {
    return new Processor("", List.of());
  }

  /** Returns the first processor of Linux's {@code /proc/cpuinfo}. */
  static Processor of(List<String> lines) {
    Map<String, String> fields = new HashMap<>();
    for (String line : lines) {
      List<String> field = FIELD.splitToList(line);
      if (field.size() == 2) {
        fields.putIfAbsent(field.get(0), field.get(1));
      }
    }
    String name = fields.getOrDefault("model name", fields.getOrDefault("vendor_id", ""));
    if (fields.containsKey("cpu family")) {
      name +=
          ", family " + fields.get("cpu family") + " model " + fields.getOrDefault("model", "?");
    }
    Set<String> flags =
        Set.copyOf(
            Splitter.on(' ').omitEmptyStrings().splitToList(fields.getOrDefault("flags", "")));
    var instructions = new ArrayList<String>();
    KNOWN.stream()
        .filter(known -> flags.contains(known.getKey()))
        .forEach(known -> instructions.add(known.getValue()));
    return new Processor(name, instructions);
  }

  /** Returns name and instructions as they stand in records and tables. */
  @Override
  public String toString() {
    return name + (instructions.isEmpty() ? "" : ", " + String.join(", ", instructions));
  }
}
