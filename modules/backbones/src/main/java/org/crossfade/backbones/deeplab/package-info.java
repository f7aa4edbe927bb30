/** DeepLabV2 on residual networks of two forms and on VGG-16. */
package org.crossfade.backbones.deeplab;
