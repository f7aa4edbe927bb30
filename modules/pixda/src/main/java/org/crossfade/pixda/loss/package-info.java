/** PixDA's losses, and the maps that weigh its adversarial loss pixel by pixel. */
package org.crossfade.pixda.loss;
