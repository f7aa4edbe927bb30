/** Crossfade autodiff. */
package org.crossfade.autodiff;
