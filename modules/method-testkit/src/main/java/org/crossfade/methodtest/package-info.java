/**
 * For tests of methods: computes parity cases of losses and of training steps with the production
 * code. {@link org.crossfade.methodtest.CaseGraph} feeds a case's arrays to a graph, {@link
 * org.crossfade.methodtest.StepCase} runs a step and compares what has moved.
 */
package org.crossfade.methodtest;
