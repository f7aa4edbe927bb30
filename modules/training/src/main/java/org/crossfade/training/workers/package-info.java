/** Several processes that train one run together, by TensorFlow's own servers and collectives. */
package org.crossfade.training.workers;
