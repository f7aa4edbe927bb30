package org.crossfade.autodiff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/** The two walks over a graph: cotangents backward, tangents forward. */
final class Differentiation {
  private Differentiation() {}

  /**
   * Returns Σₜ (∂targetₜ/∂sourceₛ)ᵀ cotangentₜ, one a source; null where no target depends on it.
   *
   * <p>Where a source is computed from another one, both get their total derivative.
   *
   * @param cotangents as many as targets, of their shapes
   * @throws UnsupportedOperationException if an operation on the way has no gradient
   */
  static List<Operand<TNumber>> backward(
      Ops tf,
      List<? extends Operand<?>> targets,
      List<? extends Operand<?>> cotangents,
      List<? extends Operand<?>> sources) {
    var dependence = new Dependence(outputs(targets), outputs(sources));
    var found = new HashMap<Output<?>, List<Operand<TNumber>>>();
    for (int i = 0; i < targets.size(); i++) {
      add(found, targets.get(i).asOutput(), Node.number(cotangents.get(i)));
    }
    List<Dependence.Link> links = dependence.links();
    for (int i = links.size() - 1; i >= 0; i--) {
      backward(tf, dependence, links.get(i), found);
    }
    return sums(tf, found, sources);
  }

  private static void backward(
      Ops tf,
      Dependence dependence,
      Dependence.Link link,
      Map<Output<?>, List<Operand<TNumber>>> found) {
    GraphOperation operation = link.operation();
    var gradients = new ArrayList<Operand<TNumber>>();
    boolean any = false;
    for (int i = 0; i < operation.numOutputs(); i++) {
      gradients.add(sum(tf, found, operation.output(i)));
      any |= gradients.get(i) != null;
    }
    if (!any) {
      return;
    }
    var step = new BackwardStep(tf, operation, gradients, link.varies());
    try {
      rule(operation).backward(step);
    } catch (NoGradientException e) {
      throw e.on(dependence.pathTo(operation));
    }
    for (int i = 0; i < link.inputs().size(); i++) {
      if (step.given(i) != null) {
        add(found, link.inputs().get(i), step.given(i));
      }
    }
  }

  /**
   * Returns Σₛ ∂targetₜ/∂sourceₛ tangentₛ, one a target; null where a target depends on no source.
   *
   * @param tangents as many as sources, of their shapes
   * @throws UnsupportedOperationException if an operation on the way has no gradient
   */
  static List<Operand<TNumber>> forward(
      Ops tf,
      List<? extends Operand<?>> targets,
      List<? extends Operand<?>> sources,
      List<? extends Operand<?>> tangents) {
    var dependence = new Dependence(outputs(targets), outputs(sources));
    var found = new HashMap<Output<?>, List<Operand<TNumber>>>();
    for (int i = 0; i < sources.size(); i++) {
      add(found, sources.get(i).asOutput(), Node.number(tangents.get(i)));
    }
    for (Dependence.Link link : dependence.links()) {
      forward(tf, dependence, link, found);
    }
    return sums(tf, found, targets);
  }

  private static void forward(
      Ops tf,
      Dependence dependence,
      Dependence.Link link,
      Map<Output<?>, List<Operand<TNumber>>> found) {
    GraphOperation operation = link.operation();
    var tangents = new ArrayList<Operand<TNumber>>();
    boolean any = false;
    boolean[] varies = link.varies();
    for (int i = 0; i < varies.length; i++) {
      tangents.add(varies[i] ? sum(tf, found, link.inputs().get(i)) : null);
      any |= tangents.get(i) != null;
    }
    if (!any) {
      return;
    }
    boolean[] wanted = new boolean[operation.numOutputs()];
    for (int i = 0; i < wanted.length; i++) {
      Output<?> output = operation.output(i);
      wanted[i] = dependence.isUsed(output) && dependence.varies(output);
    }
    var step = new ForwardStep(tf, operation, Collections.unmodifiableList(tangents), wanted);
    TangentRule rule = GradientRegistry.tangentOf(operation.type());
    try {
      (rule == null ? DoubleBackward.RULE : rule).forward(step);
    } catch (NoGradientException e) {
      throw e.on(dependence.pathTo(operation));
    }
    for (int i = 0; i < wanted.length; i++) {
      if (step.given(i) != null) {
        add(found, operation.output(i), step.given(i));
      }
    }
  }

  /** Returns the gradient rule of an operation: ours, or TensorFlow's own. */
  static GradientRule rule(GraphOperation operation) {
    GradientRule rule = GradientRegistry.gradientOf(operation.type());
    return rule == null ? NativeGradient.RULE : rule;
  }

  private static List<Output<?>> outputs(List<? extends Operand<?>> operands) {
    var outputs = new ArrayList<Output<?>>();
    operands.forEach(operand -> outputs.add(operand.asOutput()));
    return outputs;
  }

  /** Returns what was found at each output; never one value twice, as sessions refuse that. */
  private static List<Operand<TNumber>> sums(
      Ops tf, Map<Output<?>, List<Operand<TNumber>>> found, List<? extends Operand<?>> at) {
    var sums = new ArrayList<Operand<TNumber>>();
    var answered = new HashSet<Output<?>>();
    for (Operand<?> operand : at) {
      Operand<TNumber> sum = sum(tf, found, operand.asOutput());
      boolean again = sum != null && !answered.add(sum.asOutput());
      sums.add(again ? tf.identity(sum) : sum);
    }
    return sums;
  }

  private static void add(
      Map<Output<?>, List<Operand<TNumber>>> found, Output<?> at, Operand<TNumber> term) {
    found.computeIfAbsent(at, key -> new ArrayList<>()).add(term);
  }

  /** Returns the sum of what was found at an output, built once; null if there is nothing. */
  private static Operand<TNumber> sum(
      Ops tf, Map<Output<?>, List<Operand<TNumber>>> found, Output<?> at) {
    List<Operand<TNumber>> terms = found.get(at);
    if (terms == null) {
      return null;
    }
    if (terms.size() > 1) {
      Operand<TNumber> sum = tf.math.addN(terms);
      terms.clear();
      terms.add(sum);
    }
    return terms.get(0);
  }
}
