/**
 * Scores of predictions and of feature spaces, in double precision and without TensorFlow.
 *
 * <p>Legend: K classes; D feature channels; n pixels or feature cells. Scores are fractions (1 is
 * perfect), not percent, unless a name says so; a score that is undefined (0/0) is NaN.
 */
package org.crossfade.core.metric;
