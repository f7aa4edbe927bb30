package org.crossfade.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NumericGradientTest {
  /** x²y + sin y. */
  private static double function(double[] p) {
    return p[0] * p[0] * p[1] + Math.sin(p[1]);
  }

  @Test
  void centralDifferencesAgreeWithTheDerivative() {
    double[] at = {1.5, -0.7};
    double[] analytic = {2 * 1.5 * -0.7, 1.5 * 1.5 + Math.cos(-0.7)};
    assertThat(NumericGradient.of(NumericGradientTest::function, at, 1e-5))
        .containsExactly(analytic, within(1e-9));
    assertThatCode(
            () ->
                NumericGradient.assertGradient(
                    NumericGradientTest::function, at, analytic, 1e-5, 1e-8))
        .doesNotThrowAnyException();
    assertThat(at).containsExactly(1.5, -0.7);
  }

  @Test
  void wrongGradientFailsAndNamesTheWorstElement() {
    assertThatThrownBy(
            () ->
                NumericGradient.assertClose(new double[] {1, 2, 3}, new double[] {1, 2.5, 3}, 1e-3))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("worst at 1: analytic 2.0, numeric 2.5");
  }

  @Test
  void gradientThatIsNotFiniteNeverPasses() {
    assertThatThrownBy(
            () -> NumericGradient.assertClose(new double[] {Double.NaN}, new double[] {0}, 1e9))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void vanishingGradientsAgree() {
    assertThat(NumericGradient.relativeError(new double[2], new double[2])).isZero();
  }
}
