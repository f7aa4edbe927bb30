/** Trained networks in the formats of other programs, found by name on the class path. */
package org.crossfade.training.export;
