/** Losses that two papers or more share. Each states its reduction. */
package org.crossfade.recipes.loss;
