/**
 * Samples, batches and data sets as everything else sees them: 8-bit images and 8-bit train ids.
 *
 * <p>Legend: N samples of a batch; H rows and W columns of pixels; K classes. Arrays are flat, rows
 * first, channels last (NHWC), channels in the order red, green, blue.
 */
package org.crossfade.core.data;
