/** MiT, the encoder of SegFormer: the trunk of DAFormer. */
package org.crossfade.backbones.mit;
