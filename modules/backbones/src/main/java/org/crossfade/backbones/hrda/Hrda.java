package org.crossfade.backbones.hrda;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.encoderdecoder.EncoderDecoder;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Interpolation;
import org.crossfade.core.nn.MultiResolution;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.PublishedNames;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.nn.SlidingWindow;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * HRDA: one network sees an image at half its size (context, LR) and a window of it at full size
 * (detail, HR); a light head says where the detail is trusted. Source: {@code
 * hrda_encoder_decoder.py} and {@code hrda_head.py}.
 *
 * <p>With attention a, the window's mask m on the context's grid, Up to twice the size, and Z,
 * which puts the window's logits on zeros:
 *
 * <pre>  fused = Up(a·m) · Z(detail) + Up((1 − a·m) · context)</pre>
 *
 * <p>The attention is masked before it is upsampled, as in the official code. In training the
 * window is drawn, one for the whole batch, unless the pass says where it lies. Otherwise it slides
 * over the image, and m is 1.
 */
final class Hrda implements SegmentationNetwork {
  /** Name of the decoder that both resolutions share. */
  static final String SHARED_HEAD = EncoderDecoder.HEAD + ".head";

  private static final String ATTENTION_HEAD = EncoderDecoder.HEAD + ".scale_attention";

  private final EncoderDecoder network;
  private final ScaleAttention attention;
  private final SlidingWindow window;

  Hrda(EncoderDecoder network, ScaleAttention attention, SlidingWindow window) {
    this.network = network;
    this.attention = attention;
    this.window = window;
  }

  @Override
  public String name() {
    return "hrda-" + network.name();
  }

  @Override
  public int classes() {
    return network.classes();
  }

  @Override
  public int featureChannels() {
    return network.featureChannels();
  }

  @Override
  public Normalisation normalisation() {
    return network.normalisation();
  }

  @Override
  public Interpolation interpolation() {
    return network.interpolation();
  }

  @Override
  public List<ParameterSpec> parameters() {
    var specs = new ArrayList<ParameterSpec>(network.parameters());
    attention.parameters().forEach(spec -> specs.add(spec.under(ATTENTION_HEAD)));
    return specs;
  }

  @Override
  public NamePattern head() {
    return network.head();
  }

  @Override
  public PublishedNames publishedNames() {
    return network.publishedNames();
  }

  @Override
  public Hrda withBatchNorm(BatchNorm.Mode mode) {
    return new Hrda(network.withBatchNorm(mode), attention.withBatchNorm(mode), window);
  }

  /** Returns the stages of the context. */
  @Override
  public Map<String, Operand<TFloat32>> stages(
      Forward forward, Parameters parameters, Operand<TFloat32> images) {
    return network.stages(forward, parameters, halved(forward.tf(), images));
  }

  /**
   * Returns the fused logits, [N, H/4, W/4, K], beside what each resolution gave. Features and
   * stages are the context's.
   *
   * @param images [N, H, W, 3], sides multiples of 8
   */
  @Override
  public Prediction answer(Forward forward, Parameters parameters, Operand<TFloat32> images) {
    var fusion = new ScaleFusion(forward.tf(), images.shape(), window);
    Map<String, Operand<TFloat32>> stages = stages(forward, parameters, images);
    Prediction context = network.decode(forward, parameters, stages);
    Operand<TFloat32> trust =
        attention.apply(
            forward.below(ATTENTION_HEAD),
            parameters.scope(ATTENTION_HEAD),
            new ArrayList<>(stages.values()));
    MultiResolution parts;
    Operand<TFloat32> fused;
    if (forward.detailWindow().isPresent() || forward.isTraining()) {
      var offset =
          forward.detailWindow().orElseGet(() -> fusion.drawn(forward.seed("detail-window")));
      Prediction detail = detail(forward, parameters, fusion.cut(images, offset));
      parts = new MultiResolution(context, detail, trust, fusion.box(offset));
      fused = fusion.inWindow(parts, offset);
    } else {
      List<Prediction> windows = windows(forward, parameters, images, fusion);
      Prediction detail =
          new Prediction(
              fusion.averaged(windows, Prediction::logits),
              fusion.averaged(windows, Prediction::features),
              Optional.empty(),
              Map.of());
      parts = new MultiResolution(context, detail, trust, fusion.wholeImage());
      fused = fusion.everywhere(parts);
    }
    return new Prediction(fused, context.features(), Optional.empty(), stages, Optional.of(parts));
  }

  /**
   * All positions of the window: one after the other, so that one at a time takes memory, unless
   * their batch has statistics in common.
   */
  private List<Prediction> windows(
      Forward forward, Parameters parameters, Operand<TFloat32> images, ScaleFusion fusion) {
    Ops tf = forward.tf();
    if (forward.usesBatchStatistics()) {
      return fusion.split(detail(forward, parameters, window.batch(tf, images)));
    }
    return window.inTurn(tf, images, part -> detail(forward, parameters, part), Prediction::logits);
  }

  private Prediction detail(Forward forward, Parameters parameters, Operand<TFloat32> windows) {
    Forward pass = forward.redrawn("detail");
    Prediction answer = network.decode(pass, parameters, network.stages(pass, parameters, windows));
    return new Prediction(answer.logits(), answer.features(), Optional.empty(), Map.of());
  }

  /** The image at half its size. */
  private static Operand<TFloat32> halved(Ops tf, Operand<TFloat32> images) {
    return Interpolation.HALF_PIXEL_CENTRES.resize(
        tf, images, (int) images.shape().get(1) / 2, (int) images.shape().get(2) / 2);
  }
}
