/** DAFormer's decoder on MiT. */
package org.crossfade.backbones.daformer;
