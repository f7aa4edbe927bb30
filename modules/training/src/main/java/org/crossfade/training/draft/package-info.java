/** Drafts an experiment for folders of images that nobody has described yet: the verb init. */
package org.crossfade.training.draft;
