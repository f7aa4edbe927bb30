package org.crossfade.autodiff;

/**
 * How a tangent travels forward through one type of operation.
 *
 * <p>With y = f(x₀, x₁, ..) and the tangents ẋᵢ that the step holds, a rule answers ẏ = Σᵢ ∂y/∂xᵢ
 * ẋᵢ for each output that {@link ForwardStep#wants} asks for.
 */
@FunctionalInterface
public interface TangentRule {
  /**
   * Gives the tangents of the outputs to {@code step}; outputs it says nothing of get none.
   *
   * @param step the operation, the tangents of its inputs, and where those of its outputs go
   */
  void forward(ForwardStep step);
}
