/**
 * For tests of methods. {@link org.crossfade.methodtest.MethodGraph} builds and runs steps, {@link
 * org.crossfade.methodtest.CaseGraph} feeds it with the arrays of a parity case, {@link
 * org.crossfade.methodtest.StepCase} compares what a step has moved.
 */
package org.crossfade.methodtest;
