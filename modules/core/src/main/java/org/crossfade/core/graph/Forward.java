package org.crossfade.core.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * What a forward pass needs besides parameters and images: operations, training or inference, the
 * role whose variables its state updates change, the seed of its random operations, and the list
 * that collects the state updates.
 */
public final class Forward {
  /** Whether batch statistics and dropout are on. */
  public enum Mode {
    /** Batch statistics where the network has them, dropout on. */
    TRAINING,
    /** Running statistics, no dropout. */
    INFERENCE
  }

  private final Ops tf;
  private final Mode mode;
  private final String role;
  private final Operand<TInt64> seed;
  private final List<StateUpdate> stateUpdates = new ArrayList<>();

  private Forward(Ops tf, Mode mode, String role, Operand<TInt64> seed) {
    this.tf = tf;
    this.mode = mode;
    this.role = role;
    this.seed = seed;
  }

  /** Returns an inference pass. */
  public static Forward inference(Ops tf) {
    return new Forward(tf, Mode.INFERENCE, "", null);
  }

  /**
   * Returns a training pass.
   *
   * @param role of the network whose running statistics move
   * @param seed of the pass, shape [2]
   */
  public static Forward training(Ops tf, String role, Operand<TInt64> seed) {
    return new Forward(tf, Mode.TRAINING, role, seed);
  }

  /** Returns a pass like this one whose state updates are dropped. */
  public Forward withoutStateUpdates() {
    return new Forward(tf, mode, role, seed);
  }

  /** Returns the operations of the graph. */
  public Ops tf() {
    return tf;
  }

  /** Returns whether this is a training pass. */
  public boolean isTraining() {
    return mode == Mode.TRAINING;
  }

  /**
   * Returns the seed of random operations, shape [2].
   *
   * @throws IllegalStateException in inference, which has nothing random
   */
  public Operand<TInt64> seed() {
    if (seed == null) {
      throw new IllegalStateException("an inference pass has no seed");
    }
    return seed;
  }

  /**
   * Records that the step changes a variable of this pass's network.
   *
   * @param name without the role
   * @param next from the value before to the value after
   */
  public void update(String name, UnaryOperator<Operand<TFloat32>> next) {
    stateUpdates.add(new StateUpdate(role + "." + name, next));
  }

  /** Returns the updates recorded so far, in order. */
  public List<StateUpdate> stateUpdates() {
    return List.copyOf(stateUpdates);
  }
}
