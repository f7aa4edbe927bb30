package org.crossfade.autodiff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * Differentiates a scalar of a graph.
 *
 * <p>In graph mode nothing is recorded: the graph itself is the tape, and {@code gradient} adds the
 * operations of the backward pass to it. What it returns are graph values like any other, so tapes
 * nest to any order. The rules are those of {@link GradientRegistry}, and TensorFlow's native ones
 * for the types of operations that it does not have.
 */
public final class GradientTape {
  private final Ops tf;

  /**
   * Returns a tape over the graph of {@code tf}.
   *
   * @param tf operations of the graph
   * @throws IllegalArgumentException if {@code tf} is eager: only graphs are differentiated here
   */
  public GradientTape(Ops tf) {
    if (!(tf.scope().env() instanceof Graph)) {
      throw new IllegalArgumentException(
          "GradientTape works on graphs; build with Ops.create(graph), not in eager mode");
    }
    NodeNames.requireAsciiDigits();
    this.tf = tf;
  }

  /**
   * {@return ∂loss/∂parameters, by the parameters' names}
   *
   * @param loss scalar
   * @param parameters what is differentiated by, any number of values by name
   * @throws IllegalArgumentException if the loss is no scalar, or does not depend on some of the
   *     parameters; the message names them
   * @throws NoGradientException if an operation on the way has no gradient
   */
  public Parameters gradient(Operand<TFloat32> loss, Parameters parameters) {
    var unreached = new ArrayList<String>();
    Parameters gradients = differentiate(loss, parameters, unreached);
    if (!unreached.isEmpty()) {
      throw new IllegalArgumentException(
          "the loss '"
              + loss.op().name()
              + "' does not depend on "
              + String.join(", ", unreached)
              + "; leave these parameters out, or ask for zeros with gradientOrZero");
    }
    return gradients;
  }

  /**
   * {@return ∂loss/∂parameters like {@link #gradient}, with zeros for parameters that the loss does
   * not depend on}
   *
   * @param loss scalar
   * @param parameters what is differentiated by; the answer has all their names
   */
  public Parameters gradientOrZero(Operand<TFloat32> loss, Parameters parameters) {
    return differentiate(loss, parameters, new ArrayList<>());
  }

  /**
   * {@return ∂loss/∂parameters for the parameters that the loss depends on, and leaves out the
   * others}
   *
   * @param loss scalar
   * @param parameters what is differentiated by; the answer may have fewer names
   */
  public Parameters gradientWhereConnected(Operand<TFloat32> loss, Parameters parameters) {
    var unreached = new ArrayList<String>();
    Parameters gradients = differentiate(loss, parameters, unreached);
    return gradients.select(name -> !unreached.contains(name));
  }

  /**
   * {@return ∂loss/∂at, one an element of {@code at}, in any floating point type}
   *
   * @param <T> a floating point type, of the loss and of all that it is differentiated by
   * @param loss scalar
   * @param at what is differentiated by
   * @throws IllegalArgumentException if the loss is no scalar, or does not depend on one of {@code
   *     at}; the message names it
   * @throws NoGradientException if an operation on the way has no gradient
   */
  public <T extends TNumber> List<Operand<T>> gradients(
      Operand<T> loss, List<? extends Operand<T>> at) {
    requireScalar(loss);
    List<Operand<TNumber>> found =
        Differentiation.backward(tf, List.of(loss), List.of(one(loss)), at);
    for (int i = 0; i < at.size(); i++) {
      if (found.get(i) == null) {
        throw new IllegalArgumentException(
            "the loss '%s' does not depend on '%s'; leave it out"
                .formatted(loss.op().name(), at.get(i).op().name()));
      }
    }
    return typed(found);
  }

  /**
   * {@return (∂value/∂parameters)ᵀ cotangent, by the parameters' names: the gradient of ⟨value,
   * cotangent⟩ with the cotangent held fixed; zeros where the value does not depend on a parameter}
   *
   * @param value of any shape
   * @param cotangent of the same shape
   * @param parameters what is differentiated by; the answer has all their names
   */
  public Parameters vjp(
      Operand<TFloat32> value, Operand<TFloat32> cotangent, Parameters parameters) {
    requireSameShape("the cotangent", cotangent, "the value", value);
    return named(value, cotangent, parameters, new ArrayList<>());
  }

  /**
   * {@return the directional derivative d/dε value(parameters + ε·direction) at ε = 0, exactly, of
   * the value's shape}
   *
   * <p>The walk goes forward over the graph, with a tangent beside each value that depends on the
   * parameters: about the time of another forward pass or two, and no activation is kept for a
   * backward pass. What it returns is differentiable like anything else. Operations without a
   * tangent rule get theirs from their gradient, differentiated once more.
   *
   * @param value of any shape, e.g. the loss of each pixel
   * @param parameters what may move
   * @param direction tangents by name; parameters that it does not name stay where they are
   * @throws IllegalArgumentException if the direction names what is no parameter, if shapes differ,
   *     or if the value depends on none of the parameters that move
   * @throws NoGradientException if an operation on the way has no gradient
   */
  public Operand<TFloat32> jvp(
      Operand<TFloat32> value, Parameters parameters, Parameters direction) {
    Parameters moving = parameters.select(direction::contains);
    for (String name : direction.names()) {
      requireSameShape(
          "the direction of " + name, direction.get(name), "the parameter", parameters.get(name));
    }
    return jvp(value, moving.values(), moving.map((n, v) -> direction.get(n)).values());
  }

  /**
   * {@return the directional derivative of {@code value} like {@link #jvp(Operand, Parameters,
   * Parameters)}, in any floating point type}
   *
   * @param <T> a floating point type, of the value and of all that moves
   * @param value of any shape
   * @param at what moves
   * @param tangents as many as {@code at}, of their shapes
   */
  public <T extends TNumber> Operand<T> jvp(
      Operand<T> value, List<? extends Operand<T>> at, List<? extends Operand<T>> tangents) {
    if (at.size() != tangents.size()) {
      throw new IllegalArgumentException(
          "%d values move, but there are %d tangents".formatted(at.size(), tangents.size()));
    }
    Operand<TNumber> found = Differentiation.forward(tf, List.of(value), at, tangents).get(0);
    if (found == null) {
      throw new IllegalArgumentException(
          "'%s' does not depend on any of %s: its directional derivative is zero"
              .formatted(value.op().name(), at.stream().map(v -> v.op().name()).toList()));
    }
    return typed(found);
  }

  private Parameters differentiate(
      Operand<TFloat32> loss, Parameters parameters, List<String> unreached) {
    requireScalar(loss);
    return named(loss, one(loss), parameters, unreached);
  }

  private Parameters named(
      Operand<TFloat32> value,
      Operand<?> cotangent,
      Parameters parameters,
      List<String> unreached) {
    List<Operand<TNumber>> found =
        Differentiation.backward(tf, List.of(value), List.of(cotangent), parameters.values());
    var gradients = new HashMap<String, Operand<TNumber>>();
    int i = 0;
    for (String name : parameters.names()) {
      gradients.put(name, found.get(i++));
    }
    return parameters.map(
        (name, parameter) -> {
          if (gradients.get(name) == null) {
            unreached.add(name);
            return tf.zerosLike(parameter);
          }
          return typed(gradients.get(name));
        });
  }

  private Operand<TNumber> one(Operand<?> loss) {
    return Shapes.constant(tf, 1, Node.number(loss));
  }

  private static void requireScalar(Operand<?> loss) {
    if (loss.shape().numDimensions() != 0) {
      throw new IllegalArgumentException(
          "a loss must be a scalar; '" + loss.op().name() + "' has the shape " + loss.shape());
    }
  }

  private static void requireSameShape(String what, Operand<?> a, String other, Operand<?> b) {
    if (!a.shape().isCompatibleWith(b.shape())) {
      throw new IllegalArgumentException(
          "%s has the shape %s, %s '%s' the shape %s"
              .formatted(what, a.shape(), other, b.op().name(), b.shape()));
    }
  }

  /** A derivative has the element type of what it is the derivative of. */
  @SuppressWarnings("unchecked")
  private static <T extends TNumber> Operand<T> typed(Operand<TNumber> derivative) {
    return (Operand<T>) (Operand<?>) derivative;
  }

  private static <T extends TNumber> List<Operand<T>> typed(List<Operand<TNumber>> derivatives) {
    var typed = new ArrayList<Operand<T>>();
    derivatives.forEach(derivative -> typed.add(typed(derivative)));
    return typed;
  }
}
