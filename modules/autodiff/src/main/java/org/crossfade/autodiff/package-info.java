/**
 * Gradients of TensorFlow graphs.
 *
 * <p>{@link org.crossfade.autodiff.GradientTape} differentiates a scalar with respect to {@link
 * org.crossfade.autodiff.Parameters}, an ordered, immutable map from names to graph values, so that
 * a gradient, a step along it and the parameters themselves are one type. {@link
 * org.crossfade.autodiff.GradientRegistry} adds the rules that TensorFlow's native registry lacks.
 *
 * <p>The module depends on TensorFlow alone and can be used without the rest of Crossfade.
 */
package org.crossfade.autodiff;
