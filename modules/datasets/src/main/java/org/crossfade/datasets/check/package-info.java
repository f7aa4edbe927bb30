/** Finds what is wrong with the files of a data set before a run does. */
package org.crossfade.datasets.check;
