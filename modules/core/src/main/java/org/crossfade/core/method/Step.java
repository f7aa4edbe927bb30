package org.crossfade.core.method;

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
 * @param name unique in the phase
 * @param streams names of the streams that are drawn
 * @param updates gradient steps
 * @param stateUpdates other changes of variables, in order
 * @param metrics scalars that are logged but not minimised
 */
public record Step(
    String name,
    List<String> streams,
    List<Update> updates,
    List<StateUpdate> stateUpdates,
    Map<String, Operand<TFloat32>> metrics) {
  /** Copies the lists. */
  public Step {
    streams = List.copyOf(streams);
    updates = List.copyOf(updates);
    stateUpdates = List.copyOf(stateUpdates);
    metrics = new LinkedHashMap<>(metrics);
  }

  /** A step without further metrics. */
  public Step(
      String name, List<String> streams, List<Update> updates, List<StateUpdate> stateUpdates) {
    this(name, streams, updates, stateUpdates, Map.of());
  }
}
