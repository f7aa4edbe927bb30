/** PixDA: pixel-by-pixel cross-domain alignment for few shots (Tavera et al., WACV 2022). */
package org.crossfade.pixda;
