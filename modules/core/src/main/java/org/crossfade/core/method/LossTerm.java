package org.crossfade.core.method;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * One term of a loss.
 *
 * @param name in logs and metrics
 * @param weight factor in the sum that is differentiated
 * @param value scalar, without the weight; this is what is logged
 */
public record LossTerm(String name, double weight, Operand<TFloat32> value) {}
