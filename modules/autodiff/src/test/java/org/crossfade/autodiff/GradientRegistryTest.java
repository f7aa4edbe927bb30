package org.crossfade.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.crossfade.autodiff.DerivativeCheck.Precision;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/** Rules of users: Bessel functions, which neither the table here nor TensorFlow's own has. */
class GradientRegistryTest {
  @BeforeAll
  static void register() {
    if (GradientRegistry.operationTypes().contains("BesselI0e")) {
      return;
    }
    // With i₀(x) = I₀(x) e^−|x| and i₁ alike: i₀′ = i₁ − sign(x) i₀.
    GradientRegistry.registerGradient(
        "BesselI0e",
        step -> {
          Ops tf = step.tf();
          Operand<TNumber> x = step.input(0);
          Operand<TNumber> falling = tf.math.mul(tf.math.sign(x), step.output(0));
          step.give(0, tf.math.mul(step.gradient(0), tf.math.sub(tf.math.besselI1e(x), falling)));
        });
    // i₁′ = i₀ − i₁ (sign(x) + 1/x).
    GradientRegistry.registerGradient(
        "BesselI1e",
        step -> {
          Ops tf = step.tf();
          Operand<TNumber> x = step.input(0);
          Operand<TNumber> falling =
              tf.math.mul(step.output(0), tf.math.add(tf.math.sign(x), tf.math.reciprocal(x)));
          step.give(0, tf.math.mul(step.gradient(0), tf.math.sub(tf.math.besselI0e(x), falling)));
        });
  }

  @Test
  void registeredGradientIsDifferentiatedInEveryOrderAndDirection() {
    try (var check =
        new DerivativeCheck(
            (tf, x) -> tf.math.besselI0e(x.get(0)),
            Precision.DOUBLE,
            0.5,
            2,
            List.of(Shape.of(2, 3)),
            true)) {
      check.check();
    }
  }

  @Test
  void typesAreListed() {
    assertThat(GradientRegistry.operationTypes()).contains("Conv2D", "BesselI0e");
    assertThat(GradientRegistry.tangentTypes()).contains("Conv2D").doesNotContain("BesselI0e");
  }

  @Test
  void rulesAreNotReplaced() {
    assertThatThrownBy(() -> GradientRegistry.registerGradient("Conv2D", step -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Conv2D");
    assertThatThrownBy(() -> GradientRegistry.registerTangent("Conv2D", step -> {}))
        .hasMessageContaining("Conv2D");
  }
}
