/** The one training loop. Methods are data to it; it knows none by name. */
package org.crossfade.training.loop;
