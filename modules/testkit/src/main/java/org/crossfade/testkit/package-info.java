/**
 * For tests: the parity runner, numeric gradients.
 *
 * <p>A parity case is a small input and what the official code of a paper answers to it. A module
 * claims kinds of cases in {@code META-INF/crossfade/parity-kinds} and runs them through {@link
 * org.crossfade.testkit.ParityCases}. Nothing here depends on TensorFlow.
 */
package org.crossfade.testkit;
