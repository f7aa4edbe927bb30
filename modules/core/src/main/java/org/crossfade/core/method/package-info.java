/**
 * A method as data: phases of steps of updates. A method describes; the loop, in another module
 * that methods cannot see, draws batches, runs, logs, evaluates and saves.
 */
package org.crossfade.core.method;
