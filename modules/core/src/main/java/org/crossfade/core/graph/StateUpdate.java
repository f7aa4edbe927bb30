package org.crossfade.core.graph;

import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A change of a variable that is not a gradient step: running statistics, an averaged teacher,
 * prototypes. Several updates of one variable in one step are applied one after the other, in their
 * order, the first one to the snapshot.
 *
 * @param variable the full name
 * @param next from the value before to the value after
 */
public record StateUpdate(String variable, UnaryOperator<Operand<TFloat32>> next) {}
