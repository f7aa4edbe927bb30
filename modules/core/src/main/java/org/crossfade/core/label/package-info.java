/**
 * What the numbers of a label map mean: label spaces, which are definitions of classes with their
 * names, colours, groups and things, and the tables from the raw ids of each data set to train ids.
 * This is the only place that knows label ids; the published definitions are resources {@code
 * crossfade/classes/NAME.conf}.
 */
package org.crossfade.core.label;
