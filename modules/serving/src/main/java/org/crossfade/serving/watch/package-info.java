/** The page of a run that grows while it trains. */
package org.crossfade.serving.watch;
