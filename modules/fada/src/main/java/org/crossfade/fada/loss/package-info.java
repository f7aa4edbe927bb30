/** FADA's losses: how domains are encoded by classes, and the loss of the discriminator. */
package org.crossfade.fada.loss;
