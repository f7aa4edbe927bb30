/** Crossfade testkit. */
package org.crossfade.testkit;
