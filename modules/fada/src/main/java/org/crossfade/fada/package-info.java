/** FADA: class-level adversarial alignment (Wang et al., ECCV 2020). */
package org.crossfade.fada;
