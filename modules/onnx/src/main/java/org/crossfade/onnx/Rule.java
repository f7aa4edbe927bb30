package org.crossfade.onnx;

/** How one kind of TensorFlow's operations is said in ONNX. */
@FunctionalInterface
interface Rule {
  /**
   * Adds what a node computes and defines its outputs.
   *
   * @throws IllegalArgumentException if the node has a form that is not translated
   */
  void emit(Node node, Emitter to);
}
