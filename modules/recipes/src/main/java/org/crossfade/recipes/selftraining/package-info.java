/**
 * Self-training with a mean teacher, as DACS, DAFormer and HRDA do it: the averaged teacher, its
 * pseudo labels, class mixing, and the strong augmentation of mixed images.
 */
package org.crossfade.recipes.selftraining;
