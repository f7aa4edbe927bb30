/** Crossfade core. */
package org.crossfade.core;
