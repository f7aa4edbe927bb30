/** Looks at the machine before a training does: what is there, what is missing, what to do. */
package org.crossfade.training.doctor;
