package org.crossfade.backbones.daformer;

import java.util.List;
import org.crossfade.backbones.encoderdecoder.DecoderOptions;
import org.crossfade.backbones.encoderdecoder.EncoderDecoder;
import org.crossfade.backbones.encoderdecoder.EncoderDecoderOptions;
import org.crossfade.backbones.mit.MixTransformer;
import org.crossfade.backbones.trunk.Pyramid;
import org.crossfade.backbones.trunk.Trunk;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.options.OptionKind;

/**
 * DAFormer's decoder on MiT. RGB images in 0..1, normalised.
 *
 * @param layers blocks in each of the four stages: 3, 6, 40, 3 is MiT-B5, 2, 2, 2, 2 B0
 * @param width channels of the first stage, at least 1; the other stages scale with it. 32 is
 *     MiT-B0, 64 are B1 to B5. Train with 4 or more: oneDNN was seen to corrupt memory in
 *     convolutions of two channels
 * @param dropPath rate at which the trunk's last block is left out, in 0..1, 1 excluded; earlier
 *     ones linearly less
 * @param decoder channels, dilations and dropout
 */
public record DaformerMitOptions(
    List<Integer> layers, int width, double dropPath, DecoderOptions decoder)
    implements EncoderDecoderOptions {
  /** Checks the ranges and copies the list. */
  public DaformerMitOptions {
    layers = Pyramid.requireStages(layers);
    Trunk.requireWidth(width);
    if (!(dropPath >= 0 && dropPath < 1)) {
      throw new IllegalArgumentException("drop-path must lie in 0..1, below 1, found " + dropPath);
    }
  }

  @Override
  public EncoderDecoder create(int classes, String head) {
    var trunk = new MixTransformer(layers, width, dropPath);
    var daformer =
        new DaformerDecoder(
            trunk.levelChannels(), decoder.channels(), decoder.dilations(), BatchNorm.Mode.TRAINED);
    return new EncoderDecoder(trunk, daformer, head, classes, decoder.dropout());
  }

  /** Makes these options readable. */
  public static final class Kind implements OptionKind {
    /** For {@link java.util.ServiceLoader}. */
    public Kind() {}

    @Override
    public String name() {
      return "daformer-mit";
    }

    @Override
    public Class<? extends Record> options() {
      return DaformerMitOptions.class;
    }
  }
}
