package org.crossfade.training.draft;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.crossfade.core.data.PixelSize;

/**
 * The size that images are seen at, and the method's small form made so large: of the shape of the
 * images, about as many pixels as that form has on Streets, and sides that every network of a form
 * can halve often enough.
 */
final class ImageSizeProposal {
  /** Of the forms on Streets. */
  private static final PixelSize FORM = new PixelSize(256, 128);

  private static final int STEP = 64;
  private static final int MOST_STEPS = 8;

  private ImageSizeProposal() {}

  /** Returns the size for images of some size. */
  static PixelSize of(PixelSize images) {
    double shape = Math.log((double) images.width() / images.height());
    PixelSize best = FORM;
    double least = Double.POSITIVE_INFINITY;
    for (int w = STEP; w <= STEP * MOST_STEPS; w += STEP) {
      for (int h = STEP; h <= STEP * MOST_STEPS; h += STEP) {
        double pixels = (double) w * h / (FORM.width() * FORM.height());
        double off = Math.abs(Math.log((double) w / h) - shape) + 0.3 * Math.abs(Math.log(pixels));
        if (pixels <= 2 && off < least - 1e-9) {
          least = off;
          best = new PixelSize(w, h);
        }
      }
    }
    return best;
  }

  /**
   * Returns lines of options that give all pictures of a form this size: those of half the form's
   * size, such as a window, half of it.
   *
   * @param form the method's section
   */
  static List<String> lines(Config form, PixelSize size) {
    var pictures = new TreeMap<String, ConfigObject>();
    collect("", form.root(), pictures);
    var lines = new ArrayList<String>();
    pictures.forEach(
        (path, picture) -> {
          var line = new StringBuilder(path + " { ");
          String separator = "";
          for (String key : List.of("width", "height", "stride-x", "stride-y")) {
            if (isNumber(picture.get(key))) {
              boolean across = key.equals("width") || key.equals("stride-x");
              int old = ((Number) picture.get(key).unwrapped()).intValue();
              int scaled =
                  across ? old * size.width() / FORM.width() : old * size.height() / FORM.height();
              line.append(separator).append(key).append(" = ").append(scaled);
              separator = ", ";
            }
          }
          lines.add(line + " }");
        });
    return lines;
  }

  private static void collect(
      String path, ConfigObject section, SortedMap<String, ConfigObject> pictures) {
    if (isNumber(section.get("width")) && isNumber(section.get("height"))) {
      pictures.put(path, section);
    }
    for (Map.Entry<String, ConfigValue> entry : section.entrySet()) {
      if (entry.getValue() instanceof ConfigObject inner) {
        collect(path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), inner, pictures);
      }
    }
  }

  private static boolean isNumber(ConfigValue value) {
    return value != null && value.valueType() == ConfigValueType.NUMBER;
  }
}
