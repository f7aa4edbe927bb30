/** Graph, session, variables, steps and streams of one phase. */
package org.crossfade.training.session;
