package org.crossfade.core.graph;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * What a forward pass needs besides parameters and images: operations, training or inference, the
 * role whose variables its state updates change, the seed of its random operations, the window of
 * detail, the share of its batch in running statistics, and the list that collects the state
 * updates.
 */
public final class Forward {
  /** Whether batch statistics and dropout are on. */
  public enum Mode {
    /** Batch statistics where the network has them, dropout on. */
    TRAINING,
    /** Batch statistics where the network has them, nothing random. */
    BATCH_STATISTICS,
    /** Running statistics, no dropout. */
    INFERENCE
  }

  private final Ops tf;
  private final Mode mode;
  private final String role;
  private final Operand<TInt64> seed;
  private final Optional<Operand<TInt32>> detailWindow;
  private final Optional<Operand<TFloat32>> batchShare;
  private final Share share;
  private final Moved moved;

  /** How several workers see a batch. */
  private enum Rows {
    /** The pass is each worker's own affair. */
    UNSHARED,
    /** Images of the whole batch, of which a network sees to the worker's own rows. */
    WHOLE,
    /** The worker's rows, normalised by the statistics of the whole batch. */
    OWN,
    /** The worker's rows, normalised by statistics of their own. */
    OWN_WITH_STATISTICS
  }

  private record Share(Optional<Workers> workers, Rows rows) {
    static final Share NONE = new Share(Optional.empty(), Rows.UNSHARED);

    Share as(Rows other) {
      return new Share(workers, other);
    }
  }

  /** What a pass and its parts move. */
  private static final class Moved {
    private final List<StateUpdate> updates = new ArrayList<>();
    private boolean ended;
  }

  private Forward(Ops tf, Mode mode, String role, Operand<TInt64> seed) {
    this(tf, mode, role, seed, Optional.empty(), Optional.empty(), Share.NONE, new Moved());
  }

  private Forward(
      Ops tf,
      Mode mode,
      String role,
      Operand<TInt64> seed,
      Optional<Operand<TInt32>> detailWindow,
      Optional<Operand<TFloat32>> batchShare,
      Share share,
      Moved moved) {
    this.tf = tf;
    this.mode = mode;
    this.role = role;
    this.seed = seed;
    this.detailWindow = detailWindow;
    this.batchShare = batchShare;
    this.share = share;
    this.moved = moved;
  }

  /** Returns an inference pass. */
  public static Forward inference(Ops tf) {
    return new Forward(tf, Mode.INFERENCE, "", null);
  }

  /**
   * Returns a training pass that no step knows: {@code StepContext.training} has those of steps.
   *
   * @param role of the network whose running statistics move
   * @param seed of the pass, shape [2]
   */
  public static Forward training(Ops tf, String role, Operand<TInt64> seed) {
    return new Forward(tf, Mode.TRAINING, role, seed);
  }

  /**
   * Returns a pass like this one whose state updates are dropped: of a frozen copy, or of the same
   * images again.
   */
  public Forward withoutStateUpdates() {
    return new Forward(tf, mode, role, seed, detailWindow, batchShare, share, new Moved());
  }

  /**
   * Returns a pass that normalises by batch statistics without dropping anything: the averaged
   * teacher of DACS and HRDA, whose dropout is off while its batch norm stays in training.
   *
   * @param role of the network whose running statistics move
   */
  public static Forward batchStatistics(Ops tf, String role) {
    return new Forward(tf, Mode.BATCH_STATISTICS, role, null);
  }

  /**
   * Returns the same pass with the window that a network of several resolutions sees in detail;
   * other networks do not look at it. Without one, such a network draws a window in training and
   * slides over the whole image otherwise.
   *
   * @param offset row and column of the window's upper left corner in pixels of the image, [2]
   */
  public Forward withDetailWindow(Operand<TInt32> offset) {
    return new Forward(tf, mode, role, seed, Optional.of(offset), batchShare, share, moved);
  }

  /**
   * Returns the same pass whose batch has another share in running statistics than the layer's own:
   * running = (1 − ofBatch)·running + ofBatch·batch.
   *
   * @param ofBatch scalar, 0..1; 1 leaves nothing of what was there, and 1/(i + 1) in iteration i
   *     from 0 on is the mean of all batches
   */
  public Forward withBatchShare(Operand<TFloat32> ofBatch) {
    return new Forward(tf, mode, role, seed, detailWindow, Optional.of(ofBatch), this.share, moved);
  }

  /**
   * Returns the same pass for a part of the network, whose variables' names lack {@code part} and a
   * dot, with random numbers of its own; state updates go to the same list.
   */
  public Forward below(String part) {
    Operand<TInt64> own = isTraining() ? seed(part) : seed;
    return new Forward(tf, mode, role + "." + part, own, detailWindow, batchShare, share, moved);
  }

  /**
   * Returns the same pass with random numbers of its own, for layers that it uses twice; state
   * updates go to the same list.
   */
  public Forward redrawn(String use) {
    return isTraining()
        ? new Forward(tf, mode, role, seed(use), detailWindow, batchShare, share, moved)
        : this;
  }

  /** Returns the same pass over a batch that workers share. */
  public Forward sharedBy(Workers workers) {
    return with(new Share(Optional.of(workers), Rows.WHOLE));
  }

  /** Returns the same pass, each worker's own affair. */
  public Forward unshared() {
    return with(Share.NONE);
  }

  /** Returns the same pass over the worker's own rows of the batch. */
  public Forward ofOwnRows() {
    return with(share.as(Rows.OWN));
  }

  /**
   * Returns a pass over own rows that normalises by their own statistics, not the whole batch's.
   */
  public Forward withOwnStatistics() {
    return share.rows() == Rows.OWN ? with(share.as(Rows.OWN_WITH_STATISTICS)) : this;
  }

  private Forward with(Share other) {
    return new Forward(tf, mode, role, seed, detailWindow, batchShare, other, moved);
  }

  /** Returns who shares the batch, where the pass has the whole of it. */
  public Optional<Workers> sharing() {
    return share.workers().filter(w -> share.rows() == Rows.WHOLE);
  }

  /** Returns who has the other rows of the batch, where the pass has the worker's own. */
  public Optional<Workers> rowsOf() {
    return share.workers().filter(w -> share.rows() != Rows.WHOLE);
  }

  /** Returns who has the other rows whose statistics count, too. */
  public Optional<Workers> statisticsOf() {
    return share.workers().filter(w -> share.rows() == Rows.OWN);
  }

  /** Returns the operations of the graph. */
  public Ops tf() {
    return tf;
  }

  /** Returns whether this is a training pass, with dropout. */
  public boolean isTraining() {
    return mode == Mode.TRAINING;
  }

  /** Returns whether batch norm that can use batch statistics does. */
  public boolean usesBatchStatistics() {
    return mode != Mode.INFERENCE;
  }

  /** Returns where the window of detail lies, if the caller says so: row and column, [2]. */
  public Optional<Operand<TInt32>> detailWindow() {
    return detailWindow;
  }

  /** Returns the batch's share in running statistics, if the caller says so: scalar. */
  public Optional<Operand<TFloat32>> batchShare() {
    return batchShare;
  }

  /**
   * Returns the seed of random operations, shape [2].
   *
   * @throws IllegalStateException if this is no training pass: others have nothing random
   */
  public Operand<TInt64> seed() {
    if (seed == null) {
      throw new IllegalStateException("only a training pass has a seed, this is " + mode);
    }
    return seed;
  }

  /** Returns the seed of one use of randomness in this pass, shape [2]. */
  public Operand<TInt64> seed(String use) {
    long salt = Hashing.sha256().hashString(use, StandardCharsets.UTF_8).asLong();
    return tf.math.add(seed(), tf.constant(new long[] {salt, 0}));
  }

  /**
   * Records that the step changes a variable of this pass's network.
   *
   * @param name without the role
   * @param next from the value before to the value after
   * @throws IllegalStateException if the pass has ended: its step is made and would not know
   */
  public void update(String name, UnaryOperator<Operand<TFloat32>> next) {
    String variable = role + "." + name;
    if (moved.ended) {
      throw new IllegalStateException(
          "the step of this pass is made already and would not move '"
              + variable
              + "'; make a new pass, or ask for one without state updates");
    }
    moved.updates.add(new StateUpdate(variable, next));
  }

  /** Returns the updates recorded so far, in order. */
  public List<StateUpdate> stateUpdates() {
    return List.copyOf(moved.updates);
  }

  /** Ends the pass and returns what it moves, in order: a step takes it over. */
  public List<StateUpdate> end() {
    moved.ended = true;
    return stateUpdates();
  }
}
