/** A trunk of four stages with a decoder of stride 4, in mmsegmentation's form. */
package org.crossfade.backbones.encoderdecoder;
