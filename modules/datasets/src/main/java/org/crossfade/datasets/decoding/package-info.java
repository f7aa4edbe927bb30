/** The threads that read files, and values that are computed ahead of their use. */
package org.crossfade.datasets.decoding;
