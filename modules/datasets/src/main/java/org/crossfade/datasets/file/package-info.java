/** Image and label files: decoding without surprises, and the PNGs that predictions become. */
package org.crossfade.datasets.file;
