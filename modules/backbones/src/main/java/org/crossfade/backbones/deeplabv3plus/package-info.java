/** DeepLabV3+ on a residual network with a deep stem. */
package org.crossfade.backbones.deeplabv3plus;
