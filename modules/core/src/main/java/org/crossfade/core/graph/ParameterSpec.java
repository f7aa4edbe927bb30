package org.crossfade.core.graph;

import org.tensorflow.ndarray.Shape;

/**
 * A variable that a network needs.
 *
 * @param name the name of the published checkpoint's tensor, without the network's role
 * @param shape in TensorFlow's layout: kernels are HWIO
 * @param initializer how it starts where nothing is loaded
 * @param kind whether training moves it
 */
public record ParameterSpec(String name, Shape shape, Initializer initializer, Kind kind) {

  /** Whether, and how, training moves a variable. */
  public enum Kind {
    /** Moved by an optimizer, or frozen by the phase. */
    WEIGHT,
    /** Never moved: the network itself fixes it, or its forward pass does not read it. */
    FIXED,
    /** Moved by state updates alone, such as running statistics. */
    STATISTIC,
    /** Belongs to an optimizer. */
    SLOT
  }

  /** Returns a trainable weight. */
  public static ParameterSpec weight(String name, Shape shape, Initializer initializer) {
    return new ParameterSpec(name, shape, initializer, Kind.WEIGHT);
  }

  /** Returns the same variable as another kind. */
  public ParameterSpec as(Kind other) {
    return new ParameterSpec(name, shape, initializer, other);
  }

  /** Returns the same variable below {@code prefix}. */
  public ParameterSpec under(String prefix) {
    return new ParameterSpec(prefix + "." + name, shape, initializer, kind);
  }
}
