/**
 * Segmentation networks as functions of parameters, discriminators, and the import of published
 * weights.
 */
package org.crossfade.backbones;
