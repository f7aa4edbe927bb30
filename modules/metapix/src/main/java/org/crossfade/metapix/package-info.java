/** MetaPix: weights of source pixels, learned by what they do to the loss on the target. */
package org.crossfade.metapix;
