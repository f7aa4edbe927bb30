package org.crossfade.core.nn;

import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.ParameterSpec.Kind;
import org.crossfade.core.graph.Workers;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Batch normalisation behind a convolution, in the four forms that the papers' codes use.
 *
 * @param name its variables are {@code name.weight} (γ), {@code name.bias} (β), {@code
 *     name.running_mean} and {@code name.running_var}, shape [channels] each
 * @param channels number of channels
 * @param mode which form
 */
public record BatchNorm(String name, int channels, Mode mode) {
  /** PyTorch's ε. */
  private static final float EPSILON = 1e-5f;

  /**
   * PyTorch's momentum of running statistics: running = 0.9·running + 0.1·batch, unless the pass
   * says which share its batch has.
   */
  private static final float MOMENTUM = 0.1f;

  /** What normalises, and what is trained. */
  public enum Mode {
    /** γ/√var and nothing trained, without ε: FADA's and SPCL's {@code FrozenBatchNorm2d}. */
    FROZEN_WITHOUT_EPSILON,
    /** Running statistics with ε, nothing trained. */
    FROZEN,
    /** Batch statistics in training, γ and β trained, running statistics moved. */
    TRAINED,
    /** Batch statistics in training, γ and β fixed, running statistics moved. */
    BATCH_STATISTICS;

    /** Returns whether training normalises by the statistics of its batch. */
    public boolean usesBatchStatistics() {
      return this == TRAINED || this == BATCH_STATISTICS;
    }
  }

  /** Returns the variables. */
  public List<ParameterSpec> parameters() {
    Shape shape = Shape.of(channels);
    Kind affine = mode == Mode.TRAINED ? Kind.WEIGHT : Kind.FIXED;
    Kind statistics = mode.usesBatchStatistics() ? Kind.STATISTIC : Kind.FIXED;
    return List.of(
        new ParameterSpec(name + ".weight", shape, Initializer.ones(), affine),
        new ParameterSpec(name + ".bias", shape, Initializer.zeros(), affine),
        new ParameterSpec(name + ".running_mean", shape, Initializer.zeros(), statistics),
        new ParameterSpec(name + ".running_var", shape, Initializer.ones(), statistics));
  }

  /**
   * Returns BN(convolution(x)). Where running statistics normalise, the scale is folded into the
   * kernel.
   *
   * @param x [N, H, W, C_in]
   * @return [N, H', W', channels]
   */
  public Operand<TFloat32> after(
      ConvolutionLayer convolution, Forward forward, Parameters parameters, Operand<TFloat32> x) {
    Ops tf = forward.tf();
    Operand<TFloat32> gamma = parameters.get(name + ".weight");
    Operand<TFloat32> beta = parameters.get(name + ".bias");
    Operand<TFloat32> mean = parameters.get(name + ".running_mean");
    Operand<TFloat32> variance = parameters.get(name + ".running_var");
    if (forward.usesBatchStatistics() && mode.usesBatchStatistics()) {
      return byBatchStatistics(forward, convolution.apply(tf, parameters, x), gamma, beta);
    }
    Operand<TFloat32> denominator =
        mode == Mode.FROZEN_WITHOUT_EPSILON
            ? variance
            : tf.math.add(variance, tf.constant(EPSILON));
    Operand<TFloat32> scale = tf.math.div(gamma, tf.math.sqrt(denominator));
    Operand<TFloat32> shift = tf.math.sub(beta, tf.math.mul(mean, scale));
    return convolution.applyScaled(tf, parameters, x, scale, shift);
  }

  private Operand<TFloat32> byBatchStatistics(
      Forward forward, Operand<TFloat32> y, Operand<TFloat32> gamma, Operand<TFloat32> beta) {
    Ops tf = forward.tf();
    if (forward.statisticsOf().isPresent()) {
      return byStatisticsOfAll(forward, forward.statisticsOf().get(), y, gamma, beta);
    }
    Operand<TFloat32> empty = tf.constant(new float[0]);
    FusedBatchNorm<TFloat32, TFloat32> normalized =
        tf.nn.fusedBatchNorm(
            y,
            gamma,
            beta,
            empty,
            empty,
            FusedBatchNorm.epsilon(EPSILON),
            FusedBatchNorm.isTraining(true));
    // TensorFlow reports the variance with Bessel's correction, which is what PyTorch accumulates.
    forward.update(
        name + ".running_mean",
        old -> blend(forward, old, moving(forward, normalized.batchMean())));
    forward.update(
        name + ".running_var",
        old -> blend(forward, old, moving(forward, normalized.batchVariance())));
    return normalized.y();
  }

  /** Of workers that normalise for themselves, the first one's statistics move the running ones. */
  private static Operand<TFloat32> moving(Forward forward, Operand<TFloat32> statistic) {
    return forward.rowsOf().map(workers -> workers.first(statistic)).orElse(statistic);
  }

  /** The same with the statistics of all workers' rows. */
  private Operand<TFloat32> byStatisticsOfAll(
      Forward forward,
      Workers workers,
      Operand<TFloat32> y,
      Operand<TFloat32> gamma,
      Operand<TFloat32> beta) {
    Ops tf = forward.tf();
    Operand<TInt32> pixels = tf.constant(new int[] {0, 1, 2});
    Operand<TFloat32> mean = workers.mean(tf.math.mean(y, pixels));
    Operand<TFloat32> centred = tf.math.sub(y, mean);
    Operand<TFloat32> variance = workers.mean(tf.math.mean(tf.math.square(centred), pixels));
    double count = (double) y.shape().size() / channels * workers.place().count();
    Operand<TFloat32> unbiased =
        tf.math.mul(variance, tf.constant((float) (count / Math.max(1, count - 1))));
    forward.update(name + ".running_mean", old -> blend(forward, old, mean));
    forward.update(name + ".running_var", old -> blend(forward, old, unbiased));
    Operand<TFloat32> scale =
        tf.math.mul(gamma, tf.math.rsqrt(tf.math.add(variance, tf.constant(EPSILON))));
    return tf.math.add(tf.math.mul(centred, scale), beta);
  }

  private static Operand<TFloat32> blend(
      Forward forward, Operand<TFloat32> running, Operand<TFloat32> batch) {
    Ops tf = forward.tf();
    Operand<TFloat32> share = forward.batchShare().orElseGet(() -> tf.constant(MOMENTUM));
    return tf.math.add(
        tf.math.mul(running, tf.math.sub(tf.constant(1f), share)),
        tf.math.mul(tf.stopGradient(batch), share));
  }
}
