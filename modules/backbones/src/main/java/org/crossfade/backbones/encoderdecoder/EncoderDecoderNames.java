package org.crossfade.backbones.encoderdecoder;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.backbones.trunk.Pyramid;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.nn.PublishedNames;
import org.tensorflow.ndarray.Shape;

/**
 * Checkpoints of mmsegmentation, whose trunk is called {@code backbone} and whose decoder is called
 * {@code decode_head}, and files of a trunk alone (MiT, ResNet-V1c), which name neither. HRDA's
 * checkpoints hold the network three times; {@code model.} is the one that is evaluated.
 *
 * @param trunk whose own files are read
 */
record EncoderDecoderNames(Pyramid trunk) implements PublishedNames {
  private static final String BACKBONE = EncoderDecoder.TRUNK + ".";
  private static final String MODEL = "model.";

  /** What the names of whole networks begin with; the copies are HRDA's teacher and reference. */
  private static final List<String> PARTS =
      List.of(BACKBONE, EncoderDecoder.HEAD + ".", "auxiliary_head.", "ema_model.", "imnet_model.");

  @Override
  public Map<String, Use> read(Map<String, Shape> file) {
    var uses = new LinkedHashMap<String, Use>();
    for (String name : file.keySet()) {
      String own = name.startsWith(MODEL) ? name.substring(MODEL.length()) : name;
      boolean trunkAlone = PARTS.stream().noneMatch(own::startsWith);
      String variable = trunkAlone ? BACKBONE + own : own;
      boolean imageNet =
          variable.startsWith(BACKBONE)
              && trunk.isOfImageNetClassifier(variable.substring(BACKBONE.length()));
      uses.put(name, imageNet ? Use.imageNet() : Use.of(variable));
    }
    return uses;
  }

  @Override
  public NamePattern whole() {
    return NamePattern.of(BACKBONE + "**");
  }
}
