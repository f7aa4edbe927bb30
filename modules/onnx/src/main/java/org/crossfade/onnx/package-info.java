/** Trained networks as ONNX files, translated from their own TensorFlow graphs. */
package org.crossfade.onnx;
