/** Options of a run: the task, and how the loop goes. */
package org.crossfade.training.options;
