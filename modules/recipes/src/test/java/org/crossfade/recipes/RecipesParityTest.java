package org.crossfade.recipes;

import com.google.common.primitives.Doubles;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.ScratchGraph;
import org.crossfade.recipes.augmentation.FourierStyleTransfer;
import org.crossfade.recipes.loss.EntropyLoss;
import org.crossfade.recipes.loss.FocalLoss;
import org.crossfade.recipes.loss.Reduction;
import org.crossfade.recipes.loss.RobustEntropyLoss;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Losses and style transfer against PyTorch and the papers' code. */
class RecipesParityTest {
  private static final Class<TFloat32> FLOAT = TFloat32.class;

  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(RecipesParityTest.class)
        .claim("loss.minent", this::entropy)
        .claim("loss.fda_entropy", this::robustEntropy)
        .claim("transform.fda", this::styleTransfer)
        .claim("loss.focal", this::focal)
        .tests();
  }

  private void entropy(ParityCase c, Expected expected) {
    try (var graph = new ScratchGraph()) {
      Ops tf = graph.tf();
      var logits = graph.constant(c.floats("logits"), c.shape("logits"));
      Operand<TFloat32> loss = new EntropyLoss(c.param("eps").asDouble()).apply(tf, logits);
      expected.check("loss", graph.fetch(loss));
      expected.check(
          "loss_weighted",
          graph.fetch(tf.math.mul(loss, tf.constant((float) c.param("weight").asDouble()))));
      expected.check("grad.logits", graph.fetch(gradient(tf, loss, logits)));
    }
  }

  private void robustEntropy(ParityCase c, Expected expected) {
    try (var graph = new ScratchGraph()) {
      Ops tf = graph.tf();
      var logits = graph.constant(c.floats("logits"), c.shape("logits"));
      Operand<TFloat32> loss =
          new RobustEntropyLoss(
                  c.param("normaliser").asDouble(),
                  c.param("eps").asDouble(),
                  c.param("eta").asDouble())
              .apply(tf, logits);
      expected.check("loss", graph.fetch(loss));
      expected.check("grad.logits", graph.fetch(gradient(tf, loss, logits)));
    }
  }

  private static Operand<TFloat32> gradient(
      Ops tf, Operand<TFloat32> loss, Operand<TFloat32> logits) {
    return new GradientTape(tf).gradient(loss, Parameters.of(Map.of("z", logits))).get("z");
  }

  private void styleTransfer(ParityCase c, Expected expected) {
    var window =
        switch (c.param("implementation").asText()) {
          case "numpy" -> FourierStyleTransfer.Window.SYMMETRIC;
          case "torch_corners" -> FourierStyleTransfer.Window.CORNERS;
          default -> throw new IllegalArgumentException(c + ": " + c.param("implementation"));
        };
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      var source = tf.dtypes.cast(graph.constant(c.ints("source"), c.shape("source")), FLOAT);
      var target = tf.dtypes.cast(graph.constant(c.ints("target"), c.shape("target")), FLOAT);
      var transfer = new FourierStyleTransfer(c.param("L").asDouble(), window);
      expected.check("result", graph.fetch(transfer.apply(tf, source, target)));
    }
  }

  private void focal(ParityCase c, Expected expected) {
    double scalar = c.params().path("alpha_scalar").asDouble();
    int classes = c.param("num_classes").asInt();
    List<Double> alpha =
        switch (c.param("alpha_mode").asText()) {
          case "balance" -> FocalLoss.balanced(classes, scalar, c.param("balance_index").asInt());
          case "list" -> Doubles.asList(c.doubles("alpha"));
          case "scalar" -> Collections.nCopies(classes, scalar);
          case "none" -> List.of();
          default -> throw new IllegalArgumentException(c + ": " + c.param("alpha_mode"));
        };
    var loss =
        new FocalLoss(
            c.params().path("ignore_label").asInt(255),
            1,
            Reduction.valueOf(c.param("reduction").asText().toUpperCase(Locale.ROOT)),
            alpha,
            c.param("gamma").asDouble(),
            c.param("eps").asDouble());
    try (var graph = new ScratchGraph()) {
      var logits = graph.constant(c.floats("logits"), c.shape("logits"));
      var value =
          loss.apply(graph.tf(), logits, graph.constant(c.ints("labels"), c.shape("labels")));
      expected.check("loss", graph.fetch(value));
      var gradient =
          new GradientTape(graph.tf()).gradient(value, Parameters.of(Map.of("z", logits)));
      expected.check("grad.logits", graph.fetch(gradient.get("z")));
    }
  }
}
