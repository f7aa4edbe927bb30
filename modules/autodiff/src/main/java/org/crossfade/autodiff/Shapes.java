package org.crossfade.autodiff;

import java.util.Arrays;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/** What rules need to know of shapes: as constants where the graph knows them, else computed. */
final class Shapes {
  private Shapes() {}

  /** Returns the constant {@code value} of the element type of {@code like}, a scalar. */
  static Operand<TNumber> constant(Ops tf, double value, Operand<TNumber> like) {
    return switch (like.asOutput().dataType()) {
      case DT_FLOAT -> Node.number(tf.constant((float) value));
      case DT_DOUBLE -> Node.number(tf.constant(value));
      default -> tf.dtypes.cast(tf.constant(value), like.asOutput().type());
    };
  }

  /** Returns whether every dimension is known. */
  static boolean isKnown(Shape shape) {
    return !shape.isUnknown() && !shape.hasUnknownDimension();
  }

  /** Returns the shape of {@code x}, [rank]. */
  static Operand<TInt32> of(Ops tf, Operand<?> x) {
    return isKnown(x.shape()) ? tf.constant(ints(x.shape())) : tf.shape(x);
  }

  /** Returns height and width of {@code images}, [N, H, W, C], as [2]. */
  static Operand<TInt32> heightAndWidth(Ops tf, Operand<?> images) {
    Shape shape = images.shape();
    return isKnown(shape)
        ? tf.constant(new int[] {(int) shape.get(1), (int) shape.get(2)})
        : tf.slice(tf.shape(images), tf.constant(new int[] {1}), tf.constant(new int[] {2}));
  }

  /** Returns the elements of {@code shape}, all known. */
  static int[] ints(Shape shape) {
    return Arrays.stream(shape.asArray()).mapToInt(Math::toIntExact).toArray();
  }

  /**
   * Returns {@code g} summed to the shape of {@code x}, which was broadcast to that of {@code g}.
   */
  static Operand<TNumber> sumTo(Ops tf, Operand<TNumber> g, Operand<?> x) {
    Shape from = g.shape();
    Shape to = x.shape();
    if (!isKnown(from) || !isKnown(to)) {
      Operand<TInt32> shape = tf.shape(x);
      var reduced = tf.broadcastGradientArgs(shape, tf.shape(g)).r0();
      return tf.reshape(tf.reduceSum(g, reduced), shape);
    }
    if (from.equals(to)) {
      return g;
    }
    int added = from.numDimensions() - to.numDimensions();
    int[] axes = new int[from.numDimensions()];
    int count = 0;
    for (int i = 0; i < axes.length; i++) {
      if (i < added || (to.get(i - added) == 1 && from.get(i) != 1)) {
        axes[count++] = i;
      }
    }
    Operand<TNumber> sum = tf.reduceSum(g, tf.constant(Arrays.copyOf(axes, count)));
    return sum.shape().equals(to) ? sum : tf.reshape(sum, tf.constant(ints(to)));
  }

  /** Returns {@code t} broadcast to the shape of {@code y}. */
  static Operand<TNumber> broadcastTo(Ops tf, Operand<TNumber> t, Operand<?> y) {
    return isKnown(t.shape()) && t.shape().equals(y.shape()) ? t : tf.broadcastTo(t, of(tf, y));
  }

  /** Returns Σ over the last axis of {@code x}, which stays, with length 1. */
  static Operand<TNumber> sumLast(Ops tf, Operand<TNumber> x) {
    return tf.reduceSum(x, tf.constant(-1), ReduceSum.keepDims(true));
  }

  /** Returns Σ over all elements, a scalar. */
  static Operand<TNumber> sumAll(Ops tf, Operand<TNumber> x) {
    return tf.reduceSum(tf.reshape(x, tf.constant(new int[] {-1})), tf.constant(0));
  }

  /**
   * Returns {@code reduced}, a reduction of {@code x}, with the reduced axes put back as ones.
   *
   * @param reduction the operation; its second input holds the axes
   */
  static Operand<TNumber> keepReduced(Ops tf, GraphOperation reduction, Operand<TNumber> reduced) {
    if (reduction.attributes().getAttrBool("keep_dims")) {
      return reduced;
    }
    Operand<TInt32> shape = tf.shape(reduction.input(0));
    Operand<TInt32> rank = tf.shape(shape);
    Operand<TInt32> axes =
        tf.reshape(
            tf.dtypes.cast(Node.number(reduction.input(1)), TInt32.class),
            tf.constant(new int[] {-1}));
    Operand<TInt32> positive = tf.math.floorMod(axes, rank);
    Operand<TInt32> kept =
        tf.tensorScatterNdUpdate(
            shape, tf.expandDims(positive, tf.constant(1)), tf.onesLike(positive));
    return tf.reshape(reduced, kept);
  }
}
