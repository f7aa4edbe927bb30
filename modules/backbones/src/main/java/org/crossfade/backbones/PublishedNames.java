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
 *
 * <p>mmsegmentation's networks (DAFormer, HRDA) keep {@code backbone.} and {@code decode_head.};
 * the trunk's own files (MiT, ResNet-V1c) have neither. HRDA's checkpoints hold the network three
 * times, {@code model.} is the one that is evaluated.
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
  private static final String MODEL = "model.";

  /** What the names of whole networks begin with; the copies are HRDA's teacher and reference. */
  private static final List<String> PARTS =
      List.of(BACKBONE, "decode_head.", "auxiliary_head.", "ema_model.", "imnet_model.");

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
    for (Map.Entry<String, String> entry : plain.entrySet()) {
      variables.put(entry.getKey(), variable(entry.getValue(), numberedThrough));
    }
    requireDistinct(variables);
    return new PublishedNames(variables, origin);
  }

  /**
   * Reads names for a network whose trunk is called {@code backbone} and whose decoder is called
   * {@code decode_head}.
   *
   * @throws IllegalArgumentException if two of them mean one variable
   */
  static PublishedNames ofEncoderDecoder(Collection<String> names) {
    var variables = new LinkedHashMap<String, String>();
    for (String name : names) {
      String rest = unwrapped(name);
      String own = rest.startsWith(MODEL) ? rest.substring(MODEL.length()) : rest;
      boolean trunkAlone = PARTS.stream().noneMatch(own::startsWith);
      variables.put(name, trunkAlone ? BACKBONE + own : own);
    }
    requireDistinct(variables);
    return new PublishedNames(variables, Origin.UNKNOWN);
  }

  private static void requireDistinct(Map<String, String> variables) {
    var taken = new LinkedHashMap<String, String>();
    variables.forEach(
        (name, variable) -> {
          String other = taken.put(variable, name);
          if (other != null) {
            throw new IllegalArgumentException(
                "'" + other + "' and '" + name + "' both mean the variable " + variable);
          }
        });
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
