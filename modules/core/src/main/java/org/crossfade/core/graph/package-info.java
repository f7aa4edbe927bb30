/**
 * Variables and what a forward pass carries besides parameters.
 *
 * <p>Shape legend of the whole code base: N images; H, W image pixels; h, w feature cells; C
 * channels; K classes. Activations are NHWC, convolution kernels HWIO.
 */
package org.crossfade.core.graph;
