/** Asking trained networks: inference graphs, evaluation, pictures. */
package org.crossfade.training.evaluation;
