package org.crossfade.backbones.fcn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.nn.PublishedNames;
import org.tensorflow.ndarray.Shape;

/**
 * Files of VGG-16 and of FCN-8s with one stem, read as MetaPix's code does: a block that both
 * domains have for themselves gets one copy each, VGG's fully connected layers become convolutions,
 * and the scores start as the first K of ImageNet's 1000 classes.
 *
 * @param variables names of the network's variables
 */
record Fcn8sNames(Set<String> variables) implements PublishedNames {
  /** Positions of VGG-16's convolutions in the published sequence, by block. */
  private static final List<List<Integer>> POSITIONS =
      List.of(
          List.of(0, 2),
          List.of(5, 7),
          List.of(10, 12, 14),
          List.of(17, 19, 21),
          List.of(24, 26, 28));

  /** Positions of its fully connected layers, and their names here. */
  private static final Map<String, String> FULLY_CONNECTED =
      Map.of("classifier.0", "fc6", "classifier.3", "fc7", "classifier.6", "score");

  /** The first fully connected layer in the file that was converted from Caffe. */
  private static final String CAFFE_FC6 = "classifier.1.weight";

  private static final Pattern LAYER = Pattern.compile("(.+)\\.(weight|bias)");
  private static final Pattern SHARED = Pattern.compile("(conv[1-5])(_\\d)");

  @Override
  public Map<String, Use> read(Map<String, Shape> file) {
    if (file.containsKey(CAFFE_FC6) && !file.containsKey("classifier.0.weight")) {
      throw new IllegalArgumentException(
          "is the VGG-16 that was converted from Caffe, by the names of its fully connected layers"
              + " (classifier.1 and .4). MetaPix starts from torchvision's (vgg16-397923af.pth)");
    }
    var uses = new LinkedHashMap<String, Use>();
    file.keySet().forEach(name -> uses.put(name, use(name)));
    return uses;
  }

  @Override
  public NamePattern whole() {
    return NamePattern.of("conv*.**", "fc6.**", "fc7.**");
  }

  private Use use(String name) {
    Matcher parts = LAYER.matcher(name);
    if (!parts.matches()) {
      return Use.of(name);
    }
    String layer = layer(parts.group(1));
    Fit fit = layer.startsWith("score") ? Fit.FIRST_ROWS : Fit.SAME_ELEMENTS;
    return new Use(filled(layer, "." + parts.group(2)), fit, Optional.empty());
  }

  /** A layer's name here, of the shared form. */
  private static String layer(String published) {
    for (int block = 0; block < POSITIONS.size(); block++) {
      for (int i = 0; i < POSITIONS.get(block).size(); i++) {
        if (published.equals("features." + POSITIONS.get(block).get(i))) {
          return "conv%d_%d".formatted(block + 1, i + 1);
        }
      }
    }
    return FULLY_CONNECTED.getOrDefault(published, published);
  }

  /** The variables that a layer fills: itself, or one of each domain. */
  private List<String> filled(String layer, String kind) {
    Matcher shared = SHARED.matcher(layer);
    String stem = shared.matches() ? shared.group(1) : layer;
    String rest = shared.matches() ? shared.group(2) : "";
    String source = stem + "x1" + rest + kind;
    return variables.contains(source)
        ? List.of(source, stem + "x2" + rest + kind)
        : List.of(layer + kind);
  }
}
