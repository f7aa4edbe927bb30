package org.crossfade.pixl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.nn.MultiResolution;
import org.crossfade.core.nn.Resize;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.pixl.loss.AdaptiveSelection;
import org.crossfade.pixl.loss.LocalPrototypes;
import org.crossfade.pixl.loss.PixelFeatures;
import org.crossfade.pixl.loss.PixelPartition;
import org.crossfade.recipes.selftraining.SelfTraining;
import org.crossfade.recipes.selftraining.SelfTrainingStep.Addition;
import org.crossfade.recipes.selftraining.SelfTrainingStep.Pass;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * PiXL's part of an iteration: the pixels of every image are partitioned, the images of a pair make
 * prototypes of their joint pixels, and L_DPA pulls their drift pixels there. The mean over pairs
 * is the term {@code dpa}.
 *
 * <p>Features are the decoder's fused maps before dropout and classifier, at both resolutions, or a
 * projection of them.
 */
final class PixelAlignment {
  /** Name of L_DPA. */
  static final String TERM = "dpa";

  private final Ops tf;
  private final StepContext context;
  private final PixlOptions.Pixels options;
  private final SelfTraining training;
  private final SegmentationNetwork network;
  private final Optional<FeatureProjection> projection;

  PixelAlignment(StepContext context, PixlOptions options, SegmentationNetwork network) {
    this.tf = context.tf();
    this.context = context;
    this.options = options.pixels();
    this.training = options.training();
    this.network = network;
    this.projection =
        this.options
            .projection()
            .filter(p -> this.options.weight() > 0)
            .map(p -> new FeatureProjection(context, network.featureChannels(), p.channels()));
  }

  /** Positions of one image at both resolutions. */
  private record ImagePixels(PixelFeatures context, PixelFeatures detail) {}

  /** What one pair gives. */
  private record Aligned(
      Operand<TFloat32> loss,
      Operand<TFloat32> drift,
      Operand<TFloat32> prototypes,
      Operand<TFloat32> ofDetail,
      Operand<TFloat32> without) {}

  /**
   * Returns the term and what is logged: η, the number of drift pixels, of prototypes, of those
   * that come from the detail, and of classes that have drift pixels but no prototype, the last
   * three as means over pairs.
   *
   * @param passes the labelled one first
   */
  Addition of(List<Pass> passes) {
    if (options.weight() == 0) {
      return Addition.none();
    }
    Operand<TFloat64> eta = options.drift().at(tf, context.iteration());
    var images = new ArrayList<List<ImagePixels>>();
    passes.forEach(pass -> images.add(pixels(pass, eta)));
    List<Aligned> aligned = groups(images).stream().map(this::align).toList();
    Map<String, Operand<TFloat32>> metrics = new LinkedHashMap<>();
    metrics.put("eta", tf.dtypes.cast(eta, TFloat32.class));
    metrics.put("drift-pixels", sum(aligned.stream().map(Aligned::drift).toList()));
    metrics.put("prototypes", mean(aligned.stream().map(Aligned::prototypes).toList()));
    metrics.put("detail-prototypes", mean(aligned.stream().map(Aligned::ofDetail).toList()));
    metrics.put("classes-without", mean(aligned.stream().map(Aligned::without).toList()));
    Operand<TFloat32> loss = mean(aligned.stream().map(Aligned::loss).toList());
    return new Addition(
        List.of(new LossTerm(TERM, options.weight(), started(loss))),
        metrics,
        projection
            .map(p -> training.segmenter().likeHead(FeatureProjection.ROLE, training.decay()))
            .stream()
            .toList());
  }

  /** 0 until the iteration at which the term starts. */
  private Operand<TFloat32> started(Operand<TFloat32> loss) {
    if (options.startIteration() == 0) {
      return loss;
    }
    return tf.math.mul(
        loss,
        tf.dtypes.cast(
            tf.math.greaterEqual(context.iteration(), tf.constant(options.startIteration())),
            TFloat32.class));
  }

  /** The images that share prototypes, pair by pair. */
  private List<List<ImagePixels>> groups(List<List<ImagePixels>> passes) {
    List<ImagePixels> first = passes.get(0);
    PixlOptions.Pairing pairing = options.pairing();
    if (pairing == PixlOptions.Pairing.ALL) {
      return List.of(passes.stream().flatMap(List::stream).toList());
    }
    if (pairing == PixlOptions.Pairing.SAME_PASS) {
      return passes;
    }
    var groups = new ArrayList<List<ImagePixels>>();
    if (passes.size() == 1) {
      for (int i = 0; i < first.size(); i += 2) {
        groups.add(first.subList(i, Math.min(i + 2, first.size())));
      }
      return groups;
    }
    int shift = pairing == PixlOptions.Pairing.LABELLED_WITH_NEXT_MIXED ? 1 : 0;
    for (int i = 0; i < first.size(); i++) {
      groups.add(List.of(first.get(i), passes.get(1).get((i + shift) % first.size())));
    }
    return groups;
  }

  private List<ImagePixels> pixels(Pass pass, Operand<TFloat64> eta) {
    MultiResolution parts = pass.prediction().multiResolution().orElseThrow();
    var window = pass.window().orElseThrow();
    var partition =
        PixelPartition.of(
            tf,
            new PixelPartition.Views(parts.context().logits(), parts.detail().logits(), window),
            pass.labels(),
            pass.weights(),
            eta);
    Operand<TFloat32> contextFeatures = projected(parts.context().features());
    Operand<TFloat32> detailFeatures = projected(parts.detail().features());
    Operand<TFloat32> detailWeights = window.cut(tf, pass.weights());
    int images = (int) pass.labels().shape().get(0);
    var pixels = new ArrayList<ImagePixels>();
    for (int i = 0; i < images; i++) {
      pixels.add(
          new ImagePixels(
              rows(i, contextFeatures, partition.context(), pass.weights()),
              rows(i, detailFeatures, partition.detail(), detailWeights)));
    }
    return pixels;
  }

  private Operand<TFloat32> projected(Operand<TFloat32> features) {
    return projection.map(p -> p.apply(features)).orElse(features);
  }

  private PixelFeatures rows(
      int image, Operand<TFloat32> features, PixelPartition.Part part, Operand<TFloat32> weights) {
    Operand<TInt32> at = tf.constant(new int[] {image});
    Operand<TInt32> axis = tf.constant(0);
    Operand<TFloat32> onGrid =
        Resize.nearest(tf, weights, (int) features.shape().get(1), (int) features.shape().get(2));
    return PixelFeatures.ofMaps(
        tf,
        tf.gather(features, at, axis),
        tf.gather(part.labels(), at, axis),
        tf.gather(part.state(), at, axis),
        tf.gather(onGrid, at, axis));
  }

  private Aligned align(List<ImagePixels> images) {
    var seenInContext =
        PixelFeatures.concat(tf, images.stream().map(ImagePixels::context).toList());
    var seenInDetail = PixelFeatures.concat(tf, images.stream().map(ImagePixels::detail).toList());
    var all = PixelFeatures.concat(tf, List.of(seenInContext, seenInDetail));
    LocalPrototypes prototypes;
    Operand<TFloat32> ofDetail = tf.constant(0f);
    if (options.selection() == PixlOptions.PrototypeSource.ADAPTIVE) {
      var selection =
          AdaptiveSelection.of(
              tf,
              LocalPrototypes.of(tf, seenInContext, network.classes(), options.normalized()),
              LocalPrototypes.of(tf, seenInDetail, network.classes(), options.normalized()),
              options.median());
      prototypes = selection.selected();
      ofDetail = count(tf.math.equal(selection.source(), tf.constant(AdaptiveSelection.DETAIL)));
    } else {
      prototypes = LocalPrototypes.of(tf, all, network.classes(), options.normalized());
    }
    var answer = options.contrast().apply(tf, all, prototypes);
    return new Aligned(
        answer.loss(),
        tf.dtypes.cast(answer.count(), TFloat32.class),
        count(prototypes.exist(tf)),
        ofDetail,
        count(
            tf.math.logicalAnd(
                all.drifting(tf, network.classes()), tf.math.logicalNot(prototypes.exist(tf)))));
  }

  private Operand<TFloat32> count(Operand<TBool> flags) {
    return tf.reduceSum(tf.dtypes.cast(flags, TFloat32.class), tf.constant(0));
  }

  private Operand<TFloat32> sum(List<Operand<TFloat32>> values) {
    return tf.reduceSum(tf.stack(values), tf.constant(0));
  }

  private Operand<TFloat32> mean(List<Operand<TFloat32>> values) {
    return values.size() == 1
        ? values.get(0)
        : tf.math.mul(tf.math.addN(values), tf.constant(1f / values.size()));
  }
}
