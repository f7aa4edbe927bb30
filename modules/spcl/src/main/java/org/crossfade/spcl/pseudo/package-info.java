/** SPCL's pseudo labels: thresholds of confidence by class, and the labels that they leave. */
package org.crossfade.spcl.pseudo;
