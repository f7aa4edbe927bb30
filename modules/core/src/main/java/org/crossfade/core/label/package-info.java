/**
 * What the numbers of a label map mean: label spaces of 19, 16 and 13 classes, the tables from the
 * raw ids of each published data set to train ids, and the groups of classes over which papers
 * average. This is the only place that knows label ids.
 */
package org.crossfade.core.label;
