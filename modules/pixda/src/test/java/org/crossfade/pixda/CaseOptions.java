package org.crossfade.pixda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.crossfade.backbones.deeplab.ResNetCaffeOptions;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.ScoreRule;
import org.crossfade.core.method.StreamRequest.Sampling;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.ConvolutionalDiscriminator;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.optim.Sgd;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.Decay;
import org.crossfade.recipes.DiscriminatorOptimizer;
import org.crossfade.recipes.ImageStream;
import org.crossfade.recipes.SegmenterOptimizer;
import org.crossfade.recipes.SupervisedTraining;
import org.crossfade.recipes.augmentation.ColorJitter;
import org.crossfade.recipes.augmentation.FourierStyleTransfer;
import org.crossfade.recipes.loss.Reduction;
import org.crossfade.recipes.loss.SupervisedLoss;
import org.crossfade.testkit.ParityCase;

/** The options that a step case describes. */
record CaseOptions(ParityCase parityCase) {
  PixDaOptions options() {
    JsonNode loss = parityCase.param("seg_loss");
    assertThat(loss.path("alpha_applied").asBoolean(true)).as("α is always applied").isTrue();
    return new PixDaOptions(
        network(),
        source(),
        adversarial(),
        parityCase.param("bn_replicas").asInt(),
        Sgd.FirstStep.valueOf(parityCase.param("sgd_first_step").asText().toUpperCase(Locale.ROOT)),
        Optional.of(
            new FourierStyleTransfer(
                parityCase.params().path("fft_L").asDouble(0.01),
                FourierStyleTransfer.Window.SYMMETRIC)),
        new SupervisedLoss(
            SupervisedLoss.Kind.FOCAL,
            loss.get("alpha").asDouble(),
            Optional.of(loss.get("balance_index").asInt()),
            loss.get("gamma").asDouble(),
            loss.path("eps").asDouble(1e-6)),
        new PixDaOptions.Alignment(
            PixDaOptions.Level.PIXEL,
            parityCase.params().path("lambda_adv").asDouble(0),
            true,
            true,
            parityCase.params().path("detach_s").asBoolean(false),
            0.5,
            Reduction.MEAN,
            PixelDiscriminator.PUBLISHED_WIDTH),
        new PixDaOptions.SourceSelection(
            true,
            DomainScore.SOURCE_CROSS_ENTROPY,
            new ScoreRule(ScoreRule.Keep.ABOVE, 0.4, ScoreRule.Growth.ADD, 0.4),
            true,
            ConvolutionalDiscriminator.PUBLISHED_WIDTH),
        new PixDaOptions.FineTuning(true, 1, true, distillation()));
  }

  private PixDaOptions.Distillation distillation() {
    JsonNode params = parityCase.params();
    double tau = params.path("tau").asDouble(0.5);
    boolean product = params.path("teacher").asText("logits * tau").contains("*");
    return new PixDaOptions.Distillation(
        true,
        params.path("lambda_kd").asDouble(0),
        product ? 1 / tau : tau,
        params.path("class_reduction").asText("mean").equals("mean"),
        PixDaOptions.TeacherNorm.BATCH);
  }

  private NetworkOptions network() {
    List<Integer> layers = new ArrayList<>();
    parityCase.param("layers").forEach(n -> layers.add(n.asInt()));
    return new ResNetCaffeOptions(layers, 64, 4, /* auxiliaryHead= */ false);
  }

  private SupervisedTraining source() {
    return new SupervisedTraining(
        0,
        decay(),
        BatchNorm.Mode.BATCH_STATISTICS,
        1,
        stream(),
        segmenter(),
        Inference.singleScale(1, 1));
  }

  private AdversarialTraining adversarial() {
    JsonNode adam = parityCase.params().path("adam");
    assertThat(adam.path("eps").asDouble(1e-8)).isEqualTo(1e-8);
    assertThat(adam.path("l2").asDouble(0)).isZero();
    return new AdversarialTraining(
        parityCase.param("iterations").asLong(),
        decay(),
        BatchNorm.Mode.BATCH_STATISTICS,
        1,
        stream(),
        stream(),
        segmenter(),
        new DiscriminatorOptimizer(
            parityCase.params().path("d_lr").asDouble(1),
            adam.path("beta1").asDouble(0.9),
            adam.path("beta2").asDouble(0.99)),
        Inference.singleScale(1, 1));
  }

  private Decay decay() {
    return new Decay(parityCase.param("max_iters").asLong(), parityCase.param("power").asDouble());
  }

  private SegmenterOptimizer segmenter() {
    return new SegmenterOptimizer(
        SegmenterOptimizer.Kind.SGD,
        parityCase.param("seg_lr").asDouble(),
        parityCase.param("head_factor").asDouble(),
        parityCase.param("momentum").asDouble(),
        parityCase.param("weight_decay").asDouble(),
        repeatsTrunkUpdates());
  }

  /** 1 for the stem and the classifier, 3 for convolutions of blocks, 4 for shortcuts; or 1. */
  private boolean repeatsTrunkUpdates() {
    boolean repeats = parityCase.param("repeat_trunk_updates").asBoolean();
    parityCase
        .params()
        .path("update_repeats")
        .properties()
        .forEach(
            entry -> {
              String name = entry.getKey();
              int expected =
                  !repeats || !name.matches("layer[1-4]\\..*")
                      ? 1
                      : name.contains("downsample") ? 4 : 3;
              assertThat(entry.getValue().asInt()).as("updates of " + name).isEqualTo(expected);
            });
    return repeats;
  }

  private ImageStream stream() {
    long[] shape = parityCase.shape("target_image");
    return new ImageStream(
        (int) shape[1],
        (int) shape[3],
        (int) shape[2],
        Optional.empty(),
        0,
        Sampling.SHUFFLED,
        ColorJitter.none());
  }
}
