/** Options that say which data set to read, and where data sets lie on this machine. */
package org.crossfade.datasets;
