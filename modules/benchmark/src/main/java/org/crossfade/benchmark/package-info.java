/**
 * How long an iteration of a training phase takes, where the time goes, and the memory it needs.
 */
package org.crossfade.benchmark;
