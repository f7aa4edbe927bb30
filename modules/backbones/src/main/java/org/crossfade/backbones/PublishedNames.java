package org.crossfade.backbones;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From the names that the papers' codes write into their files to the names of our variables.
 *
 * <p>Three habits have to be undone. Wrappers leave prefixes: {@code module.} (data parallel),
 * {@code backbone.} (FADA, SPCL), {@code Scale.} (the Caffe initialisation). VGG-16 without its
 * fourth pooling is numbered through, so that conv5 moves from 24, 26, 28 to 23, 25, 27 (FADA,
 * SPCL, AdaptSegNet). And AdaptSegNet's VGG-16 has its classifier below {@code classifier}.
 */
final class PublishedNames {
  /** What the prefixes of a file's names say about its origin. */
  enum Origin {
    /** Names of Caffe's family: {@code Scale.}, or the heads {@code layer5}, {@code layer6}. */
    CAFFE,
    /** Names of FADA and SPCL: {@code backbone.}, or a {@code conv2d_list} of its own. */
    TORCHVISION,
    /** Nothing that tells. */
    UNKNOWN
  }

  private static final List<String> WRAPPERS = List.of("module.", "Scale.");
  private static final String BACKBONE = "backbone.";
  private static final String FEATURES = "features.";
  private static final Pattern SEQUENCE = Pattern.compile("(?:features|backbone)\\.(\\d+)\\.(.+)");

  /** Positions of conv5 with the fourth pooling left out, and in the ImageNet files. */
  private static final Map<Integer, Integer> RENUMBERED = Map.of(23, 24, 25, 26, 27, 28);

  /** Positions of fc6 and fc7 as convolutions. */
  private static final Set<Integer> FULLY_CONNECTED = Set.of(29, 31);

  private final Map<String, String> variables;
  private final Origin origin;

  private PublishedNames(Map<String, String> variables, Origin origin) {
    this.variables = variables;
    this.origin = origin;
  }

  /**
   * Reads names.
   *
   * @throws IllegalArgumentException if two of them mean one variable
   */
  static PublishedNames of(Collection<String> names) {
    var plain = new LinkedHashMap<String, String>();
    boolean numberedThrough = false;
    Origin origin = Origin.UNKNOWN;
    for (String name : names) {
      String rest = unwrapped(name);
      plain.put(name, rest);
      Matcher position = SEQUENCE.matcher(rest);
      numberedThrough |=
          position.matches() && RENUMBERED.containsKey(Integer.parseInt(position.group(1)));
      if (name.contains("Scale.") || rest.matches("layer[56]\\.conv2d_list\\..*")) {
        origin = Origin.CAFFE;
      } else if (rest.startsWith(BACKBONE) || rest.startsWith("conv2d_list.")) {
        origin = Origin.TORCHVISION;
      }
    }
    var variables = new LinkedHashMap<String, String>();
    var taken = new LinkedHashMap<String, String>();
    for (Map.Entry<String, String> entry : plain.entrySet()) {
      String variable = variable(entry.getValue(), numberedThrough);
      variables.put(entry.getKey(), variable);
      String other = taken.put(variable, entry.getKey());
      if (other != null) {
        throw new IllegalArgumentException(
            "'" + other + "' and '" + entry.getKey() + "' both mean the variable " + variable);
      }
    }
    return new PublishedNames(variables, origin);
  }

  /** Returns the variable's name by the name in the file, in the file's order. */
  Map<String, String> variables() {
    return variables;
  }

  /** Returns which family wrote the file. */
  Origin origin() {
    return origin;
  }

  private static String unwrapped(String name) {
    for (String wrapper : WRAPPERS) {
      if (name.startsWith(wrapper)) {
        return unwrapped(name.substring(wrapper.length()));
      }
    }
    return name;
  }

  private static String variable(String name, boolean numberedThrough) {
    Matcher position = SEQUENCE.matcher(name);
    if (position.matches()) {
      int index = Integer.parseInt(position.group(1));
      return numberedThrough
          ? (FULLY_CONNECTED.contains(index) ? BACKBONE : FEATURES)
              + RENUMBERED.getOrDefault(index, index)
              + "."
              + position.group(2)
          : name;
    }
    if (name.startsWith(BACKBONE)) {
      return name.substring(BACKBONE.length());
    }
    return name.startsWith("classifier.conv2d_list.")
        ? name.substring("classifier.".length())
        : name;
  }
}
