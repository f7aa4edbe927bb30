/** Several methods side by side, one report. */
package org.crossfade.compare;
