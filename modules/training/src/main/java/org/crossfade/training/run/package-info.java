/** What a run leaves on disk: checkpoints, artefacts, metrics, provenance. */
package org.crossfade.training.run;
