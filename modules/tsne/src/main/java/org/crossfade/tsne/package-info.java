/** Pictures of features by t-SNE, behind a library of its own. */
package org.crossfade.tsne;
