package org.crossfade.spcl.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.recipes.loss.Reduction;
import org.crossfade.testkit.NumericGradient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class PrototypeContrastTest {
  private final MethodGraph graph = new MethodGraph();

  @AfterEach
  void close() {
    graph.close();
  }

  private float[] loss(
      PrototypeContrast contrast, float[] features, int[] mask, float[] prototypes, int banks) {
    int classes = prototypes.length / 2 / banks;
    return graph.value(
        contrast.perProcess(
            graph.tf(),
            graph.input(features, banks, 1, mask.length / banks, 2),
            graph.input(mask, banks, 1, mask.length / banks),
            graph.input(prototypes, banks, 2, classes)));
  }

  /** f/‖f‖ = (0.6, 0.8); prototypes (1, 0) and (0, 1); logits 1.2 and 1.6. */
  @Test
  void isTheCrossEntropyOfTheProductsWithAllPrototypes() {
    var contrast = new PrototypeContrast(0.5, false, Reduction.MEAN);

    float[] loss = loss(contrast, new float[] {3, 4}, new int[] {0}, new float[] {1, 0, 0, 1}, 1);

    assertThat(loss)
        .containsExactly(new float[] {(float) Math.log(1 + Math.exp(0.4))}, within(1e-6f));
  }

  @Test
  void meanAndSumGoOverTheCellsThatHaveAClass() {
    float[] features = {3, 4, 3, 4, 8, 6, 1, 0};
    int[] mask = {0, 1, 255, 255};
    float[] prototypes = {1, 0, 0, 1};
    double first = Math.log(1 + Math.exp(0.2));
    double second = Math.log(1 + Math.exp(-0.2));

    float[] mean =
        loss(new PrototypeContrast(1, false, Reduction.MEAN), features, mask, prototypes, 1);
    float[] sum =
        loss(new PrototypeContrast(1, false, Reduction.SUM), features, mask, prototypes, 1);

    assertThat(mean).containsExactly(new float[] {(float) (first + second) / 2}, within(1e-6f));
    assertThat(sum).containsExactly(new float[] {(float) (first + second)}, within(1e-6f));
  }

  @Test
  void everyProcessIsComparedWithItsOwnBank() {
    var contrast = new PrototypeContrast(1, false, Reduction.MEAN);
    float[] features = {3, 4, 3, 4};

    float[] loss =
        loss(contrast, features, new int[] {0, 0}, new float[] {1, 0, 0, 1, 0, 1, 1, 0}, 2);

    assertThat(loss)
        .containsExactly(
            new float[] {(float) Math.log(1 + Math.exp(0.2)), (float) Math.log(1 + Math.exp(-0.2))},
            within(1e-6f));
  }

  @Test
  void lengthsOfFeaturesDoNotMatterNorThoseOfPrototypesWhereTheyAreNormalised() {
    float[] features = {3, 4, -1, 2};
    float[] longer = {30, 40, -0.5f, 1};
    int[] mask = {0, 1};
    float[] prototypes = {1, 0.5f, 0.2f, 1};
    float[] scaled = {2, 0.25f, 0.4f, 0.5f};
    var plain = new PrototypeContrast(0.1, false, Reduction.MEAN);
    var normalised = new PrototypeContrast(0.1, true, Reduction.MEAN);

    assertThat(loss(plain, features, mask, prototypes, 1))
        .containsExactly(loss(plain, longer, mask, prototypes, 1), within(1e-6f));
    assertThat(loss(normalised, features, mask, prototypes, 1))
        .containsExactly(loss(normalised, longer, mask, scaled, 1), within(1e-6f));
    assertThat(loss(plain, features, mask, prototypes, 1))
        .isNotEqualTo(loss(plain, features, mask, scaled, 1));
  }

  @Test
  void gradientAgreesWithCentralDifferences() {
    double[] at = {0.3, -0.4, 0.9, 0.2, -0.7, 0.5};
    int[] mask = {0, 2, 255};
    float[] prototypes = {0.5f, -0.2f, 0.3f, 0.1f, 0.8f, -0.6f};
    var contrast = new PrototypeContrast(0.2, false, Reduction.MEAN);
    Operand<TFloat32> features = graph.input(narrow(at), 1, 1, 3, 2);
    Operand<TFloat32> loss =
        Reduction.MEAN.of(
            graph.tf(),
            contrast.perProcess(
                graph.tf(),
                features,
                graph.input(mask, 1, 1, 3),
                graph.input(prototypes, 1, 2, 3)));
    float[] gradient =
        graph.value(
            new GradientTape(graph.tf())
                .gradient(loss, Parameters.of(Map.of("features", features)))
                .get("features"));

    NumericGradient.assertGradient(
        x -> loss(contrast, narrow(x), mask, prototypes, 1)[0], at, wide(gradient), 1e-2, 5e-3);
    assertThat(new float[] {gradient[4], gradient[5]}).containsOnly(0);
  }

  @Test
  void noGradientReachesThePrototypes() {
    Operand<TFloat32> prototypes = graph.input(new float[] {1, 0, 0, 1}, 1, 2, 2);
    Operand<TFloat32> loss =
        new PrototypeContrast(1, true, Reduction.MEAN)
            .perProcess(
                graph.tf(),
                graph.input(new float[] {3, 4}, 1, 1, 1, 2),
                graph.input(new int[] {0}, 1, 1, 1),
                prototypes);

    assertThat(
            new GradientTape(graph.tf())
                .gradientWhereConnected(
                    Reduction.MEAN.of(graph.tf(), loss),
                    Parameters.of(Map.of("prototypes", prototypes)))
                .names())
        .isEmpty();
  }

  /** Behind a rectifier a cell may be 0 in all channels. */
  @Test
  void aFeatureOfLengthZeroAndAnEmptyMaskAreFinite() {
    Operand<TFloat32> features = graph.input(new float[] {0, 0, 1, 2}, 2, 1, 1, 2);
    Operand<TFloat32> loss =
        new PrototypeContrast(1, false, Reduction.MEAN)
            .perProcess(
                graph.tf(),
                features,
                graph.input(new int[] {0, 255}, 2, 1, 1),
                graph.input(new float[] {1, 0, 0, 1, 0, 0, 0, 0}, 2, 2, 2));
    float[] gradient =
        graph.value(
            new GradientTape(graph.tf())
                .gradient(Reduction.MEAN.of(graph.tf(), loss), Parameters.of(Map.of("f", features)))
                .get("f"));

    assertThat(graph.value(loss))
        .containsExactly(new float[] {(float) Math.log(2), 0}, within(1e-6f));
    for (float value : gradient) {
      assertThat(value).isFinite();
    }
  }

  @Test
  void imagesThatDoNotSplitAreRefused() {
    assertThatThrownBy(
            () ->
                new PrototypeContrast(1, false, Reduction.MEAN)
                    .perProcess(
                        graph.tf(),
                        graph.input(new float[6], 3, 1, 1, 2),
                        graph.input(new int[3], 3, 1, 1),
                        graph.input(new float[8], 2, 2, 2)))
        .hasMessageContaining("3 images can't be split over 2 processes");
  }

  private static float[] narrow(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  private static double[] wide(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
