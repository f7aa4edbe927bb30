package org.crossfade.core.method;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.core.graph.StateUpdate;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * One draw of batches and one {@code session.run}. All updates see the same snapshot of the
 * variables: two players that the official codes move one after the other, the second on detached
 * features of the same forward pass, are one step here.
 *
 * <p>{@link StepContext#step} makes steps, since it knows the passes whose running statistics a
 * step moves.
 */
public final class Step {
  private final String name;
  private final List<String> streams;
  private final List<Update> updates;
  private final List<StateUpdate> stateUpdates;
  private final Map<String, Operand<TFloat32>> metrics;

  Step(
      String name,
      List<String> streams,
      List<Update> updates,
      List<StateUpdate> stateUpdates,
      Map<String, Operand<TFloat32>> metrics) {
    this.name = name;
    this.streams = List.copyOf(streams);
    this.updates = List.copyOf(updates);
    this.stateUpdates = List.copyOf(stateUpdates);
    this.metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /** Returns the name, unique in the phase. */
  public String name() {
    return name;
  }

  /** Returns the names of the streams that are drawn. */
  public List<String> streams() {
    return streams;
  }

  /** Returns the gradient steps. */
  public List<Update> updates() {
    return updates;
  }

  /** Returns the other changes of variables, in order: those of the passes, then the step's own. */
  public List<StateUpdate> stateUpdates() {
    return stateUpdates;
  }

  /** Returns the scalars that are logged but not minimised. */
  public Map<String, Operand<TFloat32>> metrics() {
    return metrics;
  }
}
