package org.crossfade.autodiff;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;

/** Resizing of images, in each convention of corners; TensorFlow's is always single precision. */
final class ResizeRules {
  private ResizeRules() {}

  static void register() {
    for (String kind : new String[] {"Bilinear", "Bicubic"}) {
      String resize = "Resize" + kind;
      String gradient = resize + "Grad";
      GradientRegistry.register(
          resize,
          step ->
              step.give(
                  0,
                  Node.like(
                      step.tf(), gradient, step.operation(), step.gradient(0), step.input(0))),
          Linear.in(0));
      GradientRegistry.register(
          gradient, step -> step.give(0, resized(step, resize)), Linear.in(0));
    }
    GradientRegistry.register(
        "ResizeNearestNeighbor",
        step ->
            step.give(
                0,
                Node.like(
                    step.tf(),
                    "ResizeNearestNeighborGrad",
                    step.operation(),
                    step.gradient(0),
                    Shapes.heightAndWidth(step.tf(), step.input(0)))),
        Linear.in(0));
    GradientRegistry.register(
        "ResizeNearestNeighborGrad",
        step -> step.give(0, resized(step, "ResizeNearestNeighbor")),
        Linear.in(0));
  }

  /** Returns the gradient resized to the images that the differentiated gradient came from. */
  private static Operand<?> resized(BackwardStep step, String type) {
    Ops tf = step.tf();
    return Node.like(
        tf, type, step.operation(), step.gradient(0), Shapes.heightAndWidth(tf, step.input(0)));
  }
}
