/** Crossfade datasets. */
package org.crossfade.datasets;
