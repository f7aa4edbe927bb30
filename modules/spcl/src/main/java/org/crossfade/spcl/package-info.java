/** SPCL: semantic prototype-based contrastive learning (Xie et al., 2021). */
package org.crossfade.spcl;
