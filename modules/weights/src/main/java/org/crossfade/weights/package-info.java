/** Crossfade weights. */
package org.crossfade.weights;
