package org.crossfade.autodiff;

import org.tensorflow.Operand;
import org.tensorflow.types.family.TNumber;

/** Pooling of images. */
final class PoolingRules {
  private PoolingRules() {}

  static void register() {
    pool("MaxPoolV2", "MaxPoolGradV2", "MaxPoolGradGradV2");
    pool("MaxPool", "MaxPoolGrad", "MaxPoolGradGrad");
    GradientRegistry.register(
        "AvgPool",
        step ->
            step.give(
                0,
                Node.like(
                    step.tf(),
                    "AvgPoolGrad",
                    step.operation(),
                    Shapes.of(step.tf(), step.input(0)),
                    step.gradient(0))),
        Linear.in(0));
    GradientRegistry.register(
        "AvgPoolGrad",
        step -> step.give(1, Node.like(step.tf(), "AvgPool", step.operation(), step.gradient(0))),
        Linear.in(1));
  }

  /**
   * Max pooling reads each window at its largest element. The gradient scatters there, its own
   * gradient gathers from there: the same as the tangent does. All are flat in what chooses the
   * element, almost everywhere.
   *
   * @param forward takes x, and where the type has them as inputs the window and the stride
   * @param scatter takes x, y, what to scatter, and the same
   * @param gather takes x, y, what to gather, and the same
   */
  private static void pool(String forward, String scatter, String gather) {
    GradientRegistry.register(
        forward,
        step -> step.give(0, around(step, scatter, step.gradient(0))),
        step -> step.give(0, around(step, gather, step.tangent(0))));
    GradientRegistry.register(
        scatter, step -> step.give(2, third(step, gather, step.gradient(0))), Linear.in(2));
    GradientRegistry.register(
        gather, step -> step.give(2, third(step, scatter, step.gradient(0))), Linear.in(2));
  }

  private static Operand<TNumber> around(OperationStep step, String type, Operand<TNumber> t) {
    Operand<TNumber> x = step.input(0);
    Operand<TNumber> y = step.output(0);
    return step.operation().numInputs() == 1
        ? Node.like(step.tf(), type, step.operation(), x, y, t)
        : Node.like(step.tf(), type, step.operation(), x, y, t, step.input(1), step.input(2));
  }

  private static Operand<TNumber> third(OperationStep step, String type, Operand<TNumber> t) {
    Operand<TNumber> x = step.input(0);
    Operand<TNumber> y = step.input(1);
    return step.operation().numInputs() == 3
        ? Node.like(step.tf(), type, step.operation(), x, y, t)
        : Node.like(step.tf(), type, step.operation(), x, y, t, step.input(3), step.input(4));
  }
}
