/**
 * PiXL's losses: joint and drift pixels, local prototypes of classes, which of them are used, and
 * the contrast of drift pixels with them.
 */
package org.crossfade.pixl.loss;
