/** Layers and networks as functions of parameters. NHWC; kernels HWIO. */
package org.crossfade.core.nn;
