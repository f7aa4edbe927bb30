package org.crossfade.backbones.deeplab;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.nn.PublishedNames;
import org.tensorflow.ndarray.Shape;

/**
 * Files of VGG-16. Without its fourth pooling it is numbered through, so that conv5 moves from 24,
 * 26, 28 to 23, 25, 27 (FADA, SPCL, AdaptSegNet). FADA and SPCL call all layers {@code backbone},
 * AdaptSegNet has its classifier below {@code classifier}, where ImageNet's files have the fully
 * connected layers.
 *
 * <p>ImageNet's files are two, which differ in the images that they were trained on. Values don't
 * tell them apart, there is no batch norm; but torchvision's counts its fully connected layers 0,
 * 3, 6, the one that was converted from Caffe 1, 4, 6. Of a file without them it is said that
 * nothing tells.
 */
final class Vgg16Names implements PublishedNames {
  private static final String BACKBONE = "backbone.";
  private static final String FEATURES = "features.";
  private static final String CLASSIFIER = "classifier.";
  private static final Pattern SEQUENCE = Pattern.compile("(?:features|backbone)\\.(\\d+)\\.(.+)");
  private static final Pattern IMAGENET_LAYER = Pattern.compile("classifier\\.\\d+\\..*");

  /** What torchvision's file has and the one converted from Caffe has not. */
  private static final Set<String> TORCHVISION =
      Set.of("classifier.0.weight", "classifier.3.weight");

  /** Positions of conv5 with the fourth pooling left out, and in the ImageNet files. */
  private static final Map<Integer, Integer> RENUMBERED = Map.of(23, 24, 25, 26, 27, 28);

  /** Positions of fc6 and fc7 as convolutions. */
  private static final Set<Integer> FULLY_CONNECTED = Set.of(29, 31);

  @Override
  public Map<String, Use> read(Map<String, Shape> file) {
    if (file.keySet().containsAll(TORCHVISION)) {
      throw new IllegalArgumentException(
          "is torchvision's VGG-16, by the names of its fully connected layers (classifier.0 and"
              + " .3): it knows RGB images of about -2..2, and this network sees BGR images in"
              + " 0..255. Use the file that was converted from Caffe (vgg16-00b39a1b.pth). If this"
              + " is that one under other names, save its features alone");
    }
    boolean numberedThrough =
        file.keySet().stream()
            .map(SEQUENCE::matcher)
            .anyMatch(m -> m.matches() && RENUMBERED.containsKey(Integer.valueOf(m.group(1))));
    var uses = new LinkedHashMap<String, Use>();
    for (String name : file.keySet()) {
      uses.put(
          name,
          IMAGENET_LAYER.matcher(name).matches()
              ? Use.imageNet()
              : Use.of(variable(name, numberedThrough)));
    }
    return uses;
  }

  /** ImageNet's files have the convolutions, and fully connected layers in place of fc6 and fc7. */
  @Override
  public NamePattern whole() {
    return NamePattern.of(FEATURES + "**");
  }

  /** A file of the convolutions alone may be either of ImageNet's two. */
  @Override
  public Optional<String> untold(Set<String> file) {
    return file.stream().anyMatch(name -> !name.startsWith(FEATURES))
        ? Optional.empty()
        : Optional.of(
            "has no fully connected layers, whose names alone tell the two VGG-16 of ImageNet"
                + " apart: this network needs the features of the one that was converted from Caffe"
                + " (vgg16-00b39a1b.pth, BGR images in 0..255), and torchvision's would be wrong");
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
    return name.startsWith(CLASSIFIER + AsppClassifier.LIST)
        ? name.substring(CLASSIFIER.length())
        : name;
  }
}
