/** Parts of a data set: few shots, fractions. */
package org.crossfade.datasets.subset;
