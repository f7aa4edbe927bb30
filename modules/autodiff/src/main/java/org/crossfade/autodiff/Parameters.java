package org.crossfade.autodiff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * An ordered, immutable map from parameter names to values in one graph.
 *
 * <p>A network reads its weights only from here. Frozen weights, the weights of an averaged
 * teacher, or weights after a virtual step are therefore just other {@code Parameters} of the same
 * function. Gradients with respect to parameters have the same type and the same names.
 */
public final class Parameters {
  private static final Parameters EMPTY = new Parameters(new LinkedHashMap<>());

  private final Map<String, Operand<TFloat32>> values;

  private Parameters(Map<String, Operand<TFloat32>> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /** {@return the parameters without any entry} */
  public static Parameters empty() {
    return EMPTY;
  }

  /**
   * {@return parameters with the entries of {@code values}, in their order}
   *
   * @param values by name; later changes of the map are not seen
   */
  public static Parameters of(Map<String, ? extends Operand<TFloat32>> values) {
    return new Parameters(new LinkedHashMap<>(values));
  }

  /**
   * {@return the value called {@code name}}
   *
   * @param name of an entry
   * @throws IllegalArgumentException if there is none; the message lists the names that are there
   */
  public Operand<TFloat32> get(String name) {
    Operand<TFloat32> value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "no parameter '" + name + "'; there are " + size() + ": " + abbreviated());
    }
    return value;
  }

  /**
   * {@return whether there is a value called {@code name}}
   *
   * @param name of an entry, or any other
   */
  public boolean contains(String name) {
    return values.containsKey(name);
  }

  /** {@return the names, in order} */
  public Set<String> names() {
    return values.keySet();
  }

  /** {@return the values, in the order of the names} */
  public List<Operand<TFloat32>> values() {
    return List.copyOf(values.values());
  }

  /** {@return the entries as an unmodifiable, ordered map} */
  public Map<String, Operand<TFloat32>> asMap() {
    return values;
  }

  /** {@return the number of entries} */
  public int size() {
    return values.size();
  }

  /** {@return whether there is no entry} */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /**
   * {@return the entries whose names {@code names} accepts, in order}
   *
   * @param names whether an entry of this name stays
   */
  public Parameters select(Predicate<String> names) {
    var selected = new LinkedHashMap<String, Operand<TFloat32>>();
    values.forEach(
        (name, value) -> {
          if (names.test(name)) {
            selected.put(name, value);
          }
        });
    return new Parameters(selected);
  }

  /**
   * {@return the entries below a role, without the role: {@code scope("segmenter")} holds {@code
   * conv1.weight} where this holds {@code segmenter.conv1.weight}}
   *
   * @param role without its dot
   * @throws IllegalArgumentException if there is no such entry
   */
  public Parameters scope(String role) {
    String prefix = role + ".";
    var scoped = new LinkedHashMap<String, Operand<TFloat32>>();
    values.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            scoped.put(name.substring(prefix.length()), value);
          }
        });
    if (scoped.isEmpty()) {
      throw new IllegalArgumentException(
          "no parameter below '" + role + "'; there are " + size() + ": " + abbreviated());
    }
    return new Parameters(scoped);
  }

  /**
   * {@return the same entries with {@code role} and a dot before each name}
   *
   * @param role without its dot
   */
  public Parameters under(String role) {
    var renamed = new LinkedHashMap<String, Operand<TFloat32>>();
    values.forEach((name, value) -> renamed.put(role + "." + name, value));
    return new Parameters(renamed);
  }

  /**
   * {@return these entries and those of {@code others}}
   *
   * @param others under names that these lack
   * @throws IllegalArgumentException if a name occurs in both
   */
  public Parameters and(Parameters others) {
    var union = new LinkedHashMap<>(values);
    others.values.forEach(
        (name, value) -> {
          if (union.put(name, value) != null) {
            throw new IllegalArgumentException("parameter '" + name + "' is there twice");
          }
        });
    return new Parameters(union);
  }

  /**
   * {@return these entries, with the values of {@code others} where both have the name}
   *
   * @param others whose values win; names that are nowhere here are left out
   */
  public Parameters with(Parameters others) {
    var replaced = new LinkedHashMap<String, Operand<TFloat32>>();
    values.forEach((name, value) -> replaced.put(name, others.values.getOrDefault(name, value)));
    return new Parameters(replaced);
  }

  /**
   * {@return the same names with each value mapped by {@code function} of (name, value)}
   *
   * @param function of a name and its value to the new value
   */
  public Parameters map(BiFunction<String, Operand<TFloat32>, Operand<TFloat32>> function) {
    var mapped = new LinkedHashMap<String, Operand<TFloat32>>();
    values.forEach((name, value) -> mapped.put(name, function.apply(name, value)));
    return new Parameters(mapped);
  }

  /**
   * {@return the same values with no gradient flowing back through them}
   *
   * @param tf operations of the graph
   */
  public Parameters stopGradient(Ops tf) {
    return map((name, value) -> tf.stopGradient(value));
  }

  /**
   * {@return θ − rate·g: one step of gradient descent, as graph values; no variable moves}
   *
   * @param tf operations of the graph
   * @param rate scalar
   * @param gradients g, with the same names
   */
  public Parameters step(Ops tf, Operand<TFloat32> rate, Parameters gradients) {
    return map((name, value) -> tf.math.sub(value, tf.math.mul(rate, gradients.get(name))));
  }

  @Override
  public String toString() {
    return "Parameters[" + abbreviated() + "]";
  }

  private String abbreviated() {
    var names = new ArrayList<>(values.keySet());
    return names.size() <= 12
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 12)) + ", ...";
  }
}
