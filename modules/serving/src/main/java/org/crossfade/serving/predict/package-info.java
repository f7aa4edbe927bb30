/** From a posted photograph to its labels: the queue, the batches, the forms of the answer. */
package org.crossfade.serving.predict;
