package org.crossfade.training.options;

import org.crossfade.core.graph.Precision;
import org.crossfade.core.metric.ScoreProtocol;
import org.crossfade.core.options.OptionReader;

/**
 * How the loop goes.
 *
 * @param seed of everything random
 * @param threads of TensorFlow, at most 1024, 0 for one a core; 1 makes runs equal bit for bit
 * @param decodingThreads that read and augment samples, at most 1024
 * @param logEvery iterations between lines of log and metrics
 * @param checkpointEvery iterations between checkpoints
 * @param keepCheckpoints how many checkpoints of a running phase stay
 * @param evaluateEvery iterations between evaluations, unless a phase's section {@code test} says
 *     otherwise; 0 evaluates at the end of each phase alone, as a phase always is that leaves the
 *     evaluated network as it is
 * @param sampleImages how many validation samples are drawn as pictures at an evaluation
 * @param selection which weights a phase hands on
 * @param absentClasses what a class that does not occur counts in means
 * @param classCenterDistance whether the last evaluation also measures it
 * @param featureMapCells how many feature cells the last evaluation draws by t-SNE, at most; 0 for
 *     no picture
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}: {@link DeviceOptions}
 * @param gpuMemoryGrowth whether a GPU's memory is taken as it is needed
 * @param precision what the products of layers are computed in; never {@code AUTO}, which is
 *     resolved when options are read
 */
public record RunOptions(
    long seed,
    int threads,
    int decodingThreads,
    int logEvery,
    int checkpointEvery,
    int keepCheckpoints,
    int evaluateEvery,
    int sampleImages,
    ModelSelection selection,
    ScoreProtocol absentClasses,
    boolean classCenterDistance,
    int featureMapCells,
    String device,
    boolean gpuMemoryGrowth,
    Precision precision) {
  /** Which weights of a phase are its result. */
  public enum ModelSelection {
    /** Those after the last iteration. */
    LAST,
    /** Those of the evaluation with the highest mIoU: selection on labels of the target domain. */
    BEST_ON_VALIDATION;

    /** Returns the name as in options. */
    public String key() {
      return OptionReader.key(name());
    }
  }

  /** More threads than any machine has; each one costs memory. */
  private static final int MOST_THREADS = 1024;

  /** t-SNE compares every cell with many others: more take days. */
  private static final int MOST_CELLS = 100_000;

  /** Checks the ranges. */
  public RunOptions {
    within("threads", threads, 0, MOST_THREADS);
    within("decoding-threads", decodingThreads, 1, MOST_THREADS);
    atLeast("log-every", logEvery, 1);
    atLeast("checkpoint-every", checkpointEvery, 1);
    atLeast("keep-checkpoints", keepCheckpoints, 1);
    atLeast("evaluate-every", evaluateEvery, 0);
    atLeast("sample-images", sampleImages, 0);
    within("feature-map-cells", featureMapCells, 0, MOST_CELLS);
    DeviceOptions.requireForm(device);
    if (precision == Precision.AUTO) {
      throw new IllegalArgumentException(
          "precision auto must be resolved for a machine before a run begins");
    }
    if (selection == ModelSelection.BEST_ON_VALIDATION && evaluateEvery == 0) {
      throw new IllegalArgumentException(
          "selection best-on-validation needs evaluate-every > 0, found 0");
    }
  }

  /** Returns what computes. */
  public DeviceOptions onDevice() {
    return new DeviceOptions(device, gpuMemoryGrowth);
  }

  private static void within(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + " must be from " + least + " to " + most + ", found " + value);
    }
  }

  private static void atLeast(String key, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(key + " must be at least " + least + ", found " + value);
    }
  }
}
