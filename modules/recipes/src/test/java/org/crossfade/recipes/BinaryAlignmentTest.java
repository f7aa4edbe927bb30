package org.crossfade.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.ScratchGraph;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.Discriminator;
import org.crossfade.recipes.loss.DomainLoss;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class BinaryAlignmentTest {
  /** Answers what it sees. */
  private static final class Echo implements Discriminator {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public Operand<TFloat32> forward(Ops tf, Parameters parameters, Operand<TFloat32> input) {
      return input;
    }
  }

  @Test
  void sourceIsZeroAndTargetIsOne() {
    try (var graph = new ScratchGraph()) {
      BinaryAlignment alignment = alignment(graph, DomainLoss.VANILLA);

      // softplus(x) − y·x of ln 3 and −ln 3: ln 4, ln 4 − ln 3.
      assertThat(graph.fetch(alignment.discriminatorSource())[0])
          .isCloseTo((float) Math.log(4), within(1e-6f));
      assertThat(graph.fetch(alignment.adversarial())[0])
          .isCloseTo((float) (Math.log(4) - Math.log(3)), within(1e-6f));
      assertThat(graph.fetch(alignment.discriminatorTarget())[0])
          .isCloseTo((float) Math.log(4), within(1e-6f));
    }
  }

  @Test
  void leastSquaresActsOnTheRawOutput() {
    try (var graph = new ScratchGraph()) {
      BinaryAlignment alignment = alignment(graph, DomainLoss.LEAST_SQUARES);
      double ln3 = Math.log(3);

      assertThat(graph.fetch(alignment.adversarial())[0])
          .isCloseTo((float) (ln3 * ln3), within(1e-5f));
      assertThat(graph.fetch(alignment.discriminatorTarget())[0])
          .isCloseTo((float) ((ln3 + 1) * (ln3 + 1)), within(1e-5f));
    }
  }

  private static BinaryAlignment alignment(ScratchGraph graph, DomainLoss loss) {
    float ln3 = (float) Math.log(3);
    return BinaryAlignment.of(
        graph.tf(),
        "discriminator",
        new Echo(),
        Parameters.empty(),
        loss,
        graph.constant(new float[] {ln3, ln3}, 1, 1, 2, 1),
        graph.constant(new float[] {-ln3}, 1, 1, 1, 1));
  }
}
