package org.crossfade.core.label;

import java.awt.Color;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Colours of classes as 0xRRGGBB. */
final class ClassColours {
  private static final Pattern HEX = Pattern.compile("#([0-9a-fA-F]{6})");
  private static final Pattern NUMBERS =
      Pattern.compile("([0-9]{1,3})[ ,]+([0-9]{1,3})[ ,]+([0-9]{1,3})");

  /** Turning by it again and again leaves no two hues close. */
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private ClassColours() {}

  /**
   * Returns the colour that a text says.
   *
   * @throws IllegalArgumentException if it says none
   */
  static int parse(String text) {
    Matcher hex = HEX.matcher(text);
    if (hex.matches()) {
      return Integer.parseInt(hex.group(1), 16);
    }
    Matcher numbers = NUMBERS.matcher(text);
    if (numbers.matches()) {
      int rgb = 0;
      for (int channel = 1; channel <= 3; channel++) {
        int value = Integer.parseInt(numbers.group(channel));
        if (value > 255) {
          throw wrong(text);
        }
        rgb = (rgb << 8) | value;
      }
      return rgb;
    }
    throw wrong(text);
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "expected a colour such as \"#804080\" or \"128 64 128\", found '" + text + "'");
  }

  /** Returns the colour of every class: its own, or one that no other has. */
  static int[] of(List<ClassDefinition.Entry> classes) {
    Set<Integer> taken =
        classes.stream()
            .map(ClassDefinition.Entry::colour)
            .flatMap(Optional::stream)
            .map(ClassColours::parse)
            .collect(Collectors.toCollection(HashSet::new));
    int[] colours = new int[classes.size()];
    int turn = 0;
    for (int id = 0; id < colours.length; id++) {
      Optional<String> own = classes.get(id).colour();
      if (own.isPresent()) {
        colours[id] = parse(own.get());
        continue;
      }
      do {
        colours[id] = hue(turn++);
      } while (!taken.add(colours[id]));
    }
    return colours;
  }

  private static int hue(int turn) {
    float hue = (float) (turn * GOLDEN % 1);
    float saturation = turn % 2 == 0 ? 0.75f : 0.5f;
    float brightness = turn % 3 == 0 ? 0.9f : turn % 3 == 1 ? 0.7f : 0.5f;
    return Color.HSBtoRGB(hue, saturation, brightness) & 0xFFFFFF;
  }
}
