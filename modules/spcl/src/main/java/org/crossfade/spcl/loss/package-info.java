/** What SPCL computes on features: prototypes, masks, the contrastive loss. */
package org.crossfade.spcl.loss;
