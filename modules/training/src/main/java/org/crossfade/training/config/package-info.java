/** From HOCON files and command-line settings to a checked experiment. */
package org.crossfade.training.config;
