/**
 * Methods that the papers' tables compare with: source only, AdaptSegNet, binary feature alignment.
 */
package org.crossfade.baselines;
