/** Geometry of samples: Pillow's resizing to the bit, random scale, crop and flip from a seed. */
package org.crossfade.datasets.transform;
