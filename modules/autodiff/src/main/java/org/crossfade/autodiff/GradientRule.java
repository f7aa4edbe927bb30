package org.crossfade.autodiff;

/**
 * How a cotangent travels back through one type of operation.
 *
 * <p>With y = f(x₀, x₁, ..) and the gradients ḡ = ∂loss/∂y that the step holds, a rule answers
 * ∂loss/∂xᵢ = (∂y/∂xᵢ)ᵀ ḡ for each input that {@link BackwardStep#wants} asks for. It is made of
 * graph operations; where those have rules too, the gradient can be differentiated again.
 */
@FunctionalInterface
public interface GradientRule {
  /**
   * Gives the gradients of the inputs to {@code step}; inputs it says nothing of get none.
   *
   * @param step the operation, the gradients of its outputs, and where those of its inputs go
   */
  void backward(BackwardStep step);
}
