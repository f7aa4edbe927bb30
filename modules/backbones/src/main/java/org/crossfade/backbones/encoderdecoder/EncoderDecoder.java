package org.crossfade.backbones.encoderdecoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.trunk.Pyramid;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Interpolation;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.PublishedNames;
import org.crossfade.core.nn.SegmentationNetwork;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A trunk of four stages and a decoder of stride 4: DAFormer, DeepLabV3+. Names are those of
 * mmsegmentation's checkpoints, {@code backbone.*} and {@code decode_head.*}.
 */
public final class EncoderDecoder implements SegmentationNetwork {
  /** Name of the trunk. */
  public static final String TRUNK = "backbone";

  /** Name of the decoder. */
  public static final String HEAD = "decode_head";

  private final Pyramid trunk;
  private final Decoder decoder;
  private final String head;
  private final int classes;
  private final double dropout;

  /**
   * Puts a network together.
   *
   * @param head name of the decoder and its classifier
   * @param classes K
   * @param dropout rate of dropped channels before the classifier
   */
  public EncoderDecoder(Pyramid trunk, Decoder decoder, String head, int classes, double dropout) {
    this.trunk = trunk;
    this.decoder = decoder;
    this.head = head;
    this.classes = classes;
    this.dropout = dropout;
  }

  @Override
  public String name() {
    return decoder.name() + "-" + trunk.name();
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public int featureChannels() {
    return decoder.channels();
  }

  @Override
  public Normalisation normalisation() {
    return trunk.normalisation();
  }

  @Override
  public Interpolation interpolation() {
    return Interpolation.HALF_PIXEL_CENTRES;
  }

  @Override
  public List<ParameterSpec> parameters() {
    var specs = new ArrayList<ParameterSpec>();
    trunk.parameters().forEach(spec -> specs.add(spec.under(TRUNK)));
    decoder.featureParameters().forEach(spec -> specs.add(spec.under(head)));
    Decoder.classifierParameters(decoder.channels(), classes)
        .forEach(spec -> specs.add(spec.under(head)));
    return specs;
  }

  @Override
  public NamePattern head() {
    return NamePattern.of(HEAD + ".**");
  }

  @Override
  public PublishedNames publishedNames() {
    return new EncoderDecoderNames(trunk);
  }

  /** Returns the channels of the trunk's stages. */
  public List<Integer> levelChannels() {
    return trunk.levelChannels();
  }

  /** Returns the rate of dropped channels before the classifier. */
  public double dropout() {
    return dropout;
  }

  @Override
  public Map<String, Operand<TFloat32>> stages(
      Forward forward, Parameters parameters, Operand<TFloat32> images) {
    return trunk.levels(trunk.forward(forward.below(TRUNK), parameters.scope(TRUNK), images));
  }

  @Override
  public boolean takesAnySize() {
    return true;
  }

  @Override
  public Prediction answer(Forward forward, Parameters parameters, Operand<TFloat32> images) {
    return decode(forward, parameters, stages(forward, parameters, images));
  }

  /** Returns what the decoder makes of the trunk's stages. */
  public Prediction decode(
      Forward forward, Parameters parameters, Map<String, Operand<TFloat32>> stages) {
    Forward pass = forward.below(head);
    Parameters own = parameters.scope(head);
    Operand<TFloat32> features = decoder.features(pass, own, new ArrayList<>(stages.values()));
    return new Prediction(
        Decoder.classify(pass, own, features, dropout, classes),
        features,
        Optional.empty(),
        stages);
  }

  @Override
  public EncoderDecoder withBatchNorm(BatchNorm.Mode mode) {
    return new EncoderDecoder(
        trunk.withBatchNorm(mode), decoder.withBatchNorm(mode), head, classes, dropout);
  }
}
