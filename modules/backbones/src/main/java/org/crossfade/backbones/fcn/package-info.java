/** FCN-8s on VGG-16, as MetaPix has it. */
package org.crossfade.backbones.fcn;
