/** Seeded, seekable streams of decoded samples, read ahead by a bounded pool of threads. */
package org.crossfade.datasets.stream;
