/** The part of a network between the image and its decoder: what families share. */
package org.crossfade.backbones.trunk;
