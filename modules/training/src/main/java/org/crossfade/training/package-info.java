/** The one training loop: phases, checkpoints, evaluation, run folder, command line. */
package org.crossfade.training;
