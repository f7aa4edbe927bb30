/**
 * Derivatives of TensorFlow graphs, of any order.
 *
 * <p>{@link org.crossfade.autodiff.GradientTape} differentiates values with respect to {@link
 * org.crossfade.autodiff.Parameters}, an ordered, immutable map from names to graph values, so that
 * a gradient, a direction, a step along it and the parameters themselves are one type. Cotangents
 * walk backward over the graph by a {@link org.crossfade.autodiff.GradientRule} for each type of
 * operation, tangents forward by a {@link org.crossfade.autodiff.TangentRule}; both are kept in
 * {@link org.crossfade.autodiff.GradientRegistry}.
 *
 * <p>The module depends on TensorFlow alone and can be used without the rest of Crossfade.
 */
package org.crossfade.autodiff;
