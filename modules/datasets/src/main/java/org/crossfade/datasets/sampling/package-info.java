/** In which order samples are drawn: pure functions from a position to an index. */
package org.crossfade.datasets.sampling;
