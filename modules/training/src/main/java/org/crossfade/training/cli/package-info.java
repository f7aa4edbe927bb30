/** The command line, the same for every method. */
package org.crossfade.training.cli;
