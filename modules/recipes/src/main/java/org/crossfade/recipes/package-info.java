/**
 * Parts of recipes that several methods share, as options and as what they build: streams of
 * images, decaying rates, optimizers of segmenters and discriminators, a supervised phase.
 */
package org.crossfade.recipes;
