package org.crossfade.autodiff;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;

/** What lies between sources and targets in a graph: the operations to differentiate. */
final class Dependence {
  /** Paths in messages are cut in the middle beyond this many operations. */
  private static final int SHOWN = 12;

  private final Set<Output<?>> sources;
  private final List<Link> links = new ArrayList<>();
  private final Set<GraphOperation> varying = new HashSet<>();
  private final Set<Output<?>> used = new HashSet<>();
  private final Map<GraphOperation, GraphOperation> consumers = new HashMap<>();

  /** An operation that depends on a source. */
  static final class Link {
    private final GraphOperation operation;
    private final List<Output<?>> inputs;
    private final boolean[] varies;

    Link(GraphOperation operation, List<Output<?>> inputs, boolean[] varies) {
      this.operation = operation;
      this.inputs = inputs;
      this.varies = varies;
    }

    GraphOperation operation() {
      return operation;
    }

    List<Output<?>> inputs() {
      return inputs;
    }

    /** Returns which inputs depend on a source. */
    boolean[] varies() {
      return varies.clone();
    }
  }

  Dependence(Collection<? extends Output<?>> targets, Collection<? extends Output<?>> sources) {
    this.sources = Set.copyOf(sources);
    used.addAll(targets);
    for (Output<?> target : targets) {
      visit((GraphOperation) target.op());
    }
  }

  /** Returns the operations that depend on a source, each behind those that it reads. */
  List<Link> links() {
    return links;
  }

  /** Returns whether a value depends on a source, or is one. */
  boolean varies(Output<?> value) {
    return sources.contains(value)
        || (isDifferentiable(value) && varying.contains((GraphOperation) value.op()));
  }

  /** Returns whether a target depends on a value, or is it. */
  boolean isUsed(Output<?> value) {
    return used.contains(value);
  }

  /** Returns how a target reads {@code operation}, the target first. */
  String pathTo(GraphOperation operation) {
    var path = new ArrayDeque<GraphOperation>();
    for (GraphOperation at = operation; at != null; at = consumers.get(at)) {
      path.addFirst(at);
    }
    List<String> names =
        path.stream()
            .map(o -> "'" + o.name() + "' (" + o.type() + ")")
            .collect(Collectors.toList());
    if (names.size() > SHOWN) {
      int hidden = names.size() - SHOWN;
      names.subList(SHOWN / 2, SHOWN / 2 + hidden).clear();
      names.add(SHOWN / 2, ".. " + hidden + " more ..");
    }
    return String.join(" <- ", names);
  }

  /** Depth first, with a stack of its own: graphs are deeper than the thread's stack. */
  private void visit(GraphOperation target) {
    var closed = new HashSet<GraphOperation>();
    links.forEach(link -> closed.add(link.operation()));
    var open = new ArrayDeque<Visit>();
    if (closed.add(target)) {
      open.push(new Visit(target));
    }
    while (!open.isEmpty()) {
      Visit visit = open.peek();
      if (visit.next < visit.inputs.size()) {
        GraphOperation producer = (GraphOperation) visit.inputs.get(visit.next++).op();
        if (closed.add(producer)) {
          consumers.put(producer, visit.operation);
          open.push(new Visit(producer));
        }
      } else {
        open.pop();
        close(visit);
      }
    }
  }

  private void close(Visit visit) {
    boolean[] varies = new boolean[visit.operation.numInputs()];
    boolean any = false;
    for (int i = 0; i < visit.inputs.size(); i++) {
      varies[i] = varies(visit.inputs.get(i));
      any |= varies[i];
      if (varies[i]) {
        used.add(visit.inputs.get(i));
      }
    }
    if (any && hasDifferentiableOutput(visit.operation)) {
      varying.add(visit.operation);
      links.add(new Link(visit.operation, visit.inputs, varies));
    }
  }

  private static boolean hasDifferentiableOutput(GraphOperation operation) {
    for (int i = 0; i < operation.numOutputs(); i++) {
      if (isDifferentiable(operation.output(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDifferentiable(Output<?> value) {
    return switch (value.dataType()) {
      case DT_HALF, DT_BFLOAT16, DT_FLOAT, DT_DOUBLE, DT_COMPLEX64, DT_COMPLEX128 -> true;
      default -> false;
    };
  }

  private static final class Visit {
    final GraphOperation operation;
    final List<Output<?>> inputs = new ArrayList<>();
    int next;

    Visit(GraphOperation operation) {
      this.operation = operation;
      if (!GradientRegistry.isConstant(operation.type())) {
        for (int i = 0; i < operation.numInputs(); i++) {
          inputs.add(operation.input(i));
        }
      }
    }
  }
}
