/** U-Net, which weighs pixels in MetaPix. */
package org.crossfade.backbones.unet;
