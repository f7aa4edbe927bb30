/** Graph, session and variables of one phase. */
package org.crossfade.training.session;
