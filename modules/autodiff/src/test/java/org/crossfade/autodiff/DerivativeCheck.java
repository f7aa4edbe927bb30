package org.crossfade.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.crossfade.testkit.NumericGradient;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat64;

/**
 * Holds the derivatives of a function of tensors against central differences in double precision:
 * the gradient, the gradient of the gradient, the directional derivative, that of the gradient
 * (which is the gradient of the gradient again), and the gradient of the directional derivative.
 */
final class DerivativeCheck implements AutoCloseable {
  /** A function y of tensors; y may have any shape. */
  @FunctionalInterface
  interface Function {
    Operand<TFloat64> apply(Ops tf, List<Operand<TFloat64>> x);
  }

  /**
   * How exactly derivatives can be had from differences.
   *
   * @param step of the differences
   * @param tolerance relative error of derivatives as a whole
   */
  record Precision(double step, double tolerance) {
    /** Everything is computed in double precision. */
    static final Precision DOUBLE = new Precision(1e-5, 1e-6);

    /** Linear, with results in single precision: differences are exact at any step. */
    static final Precision LINEAR = new Precision(0.25, 1e-4);

    /** Something is computed in single precision. */
    static final Precision SINGLE = new Precision(1e-2, 5e-3);
  }

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Session session = new Session(graph);
  private final GradientTape tape = new GradientTape(tf);
  private final Precision precision;
  private final List<Shape> shapes;
  private final List<Operand<TFloat64>> arguments = new ArrayList<>();
  private final List<double[]> point = new ArrayList<>();
  private final Operand<TFloat64> y;
  private final Shape yShape;
  private final Random random = new Random(17);

  /**
   * Builds the function.
   *
   * @param low lower end of the arguments' values, which are all different
   * @param high upper end
   * @param known whether the graph knows the shapes, or the ranks alone
   */
  DerivativeCheck(
      Function function,
      Precision precision,
      double low,
      double high,
      List<Shape> shapes,
      boolean known) {
    this.precision = precision;
    this.shapes = shapes;
    for (Shape shape : shapes) {
      arguments.add(
          tf.placeholder(TFloat64.class, Placeholder.shape(known ? shape : forgotten(shape))));
      point.add(distinct((int) shape.size(), low, high));
    }
    y = function.apply(tf, arguments);
    Operand<TFloat64> lengths = tf.dtypes.cast(tf.shape(y), TFloat64.class);
    yShape =
        Shape.of(
            Arrays.stream(run(List.of(lengths), point).get(0)).mapToLong(d -> (long) d).toArray());
  }

  private static Shape forgotten(Shape shape) {
    long[] lengths = new long[shape.numDimensions()];
    Arrays.fill(lengths, Shape.UNKNOWN_SIZE);
    return Shape.of(lengths);
  }

  /** Returns the types of the operations that the graph holds by now. */
  Set<String> operationTypes() {
    var types = new HashSet<String>();
    Iterator<GraphOperation> operations = graph.operations();
    while (operations.hasNext()) {
      types.add(operations.next().type());
    }
    return types;
  }

  /** The values whose differences are taken, and their derivatives. */
  private record Built(List<Operand<TFloat64>> values, List<Operand<TFloat64>> derivatives) {}

  private Built build() {
    // Quadratic in y: the second order of operations that are linear does not vanish.
    Operand<TFloat64> loss =
        tf.math.add(
            inner(y, noise(yShape)), inner(tf.math.square(y), tf.math.square(noise(yShape))));
    List<Operand<TFloat64>> direction = directions();
    List<Operand<TFloat64>> first = tape.gradients(loss, arguments);
    Operand<TFloat64> along = inner(first, directions());
    List<Operand<TFloat64>> second = tape.gradients(along, arguments);
    Operand<TFloat64> tangent = tf.identity(tape.jvp(y, arguments, direction));
    // Anchored to the arguments: the tangent of a linear function does not depend on them.
    Operand<TFloat64> tangentLoss = inner(tf.math.square(tangent), noise(yShape));
    for (Operand<TFloat64> argument : arguments) {
      tangentLoss = tf.math.add(tangentLoss, inner(argument, tf.zerosLike(argument)));
    }
    List<Operand<TFloat64>> ofTangent = tape.gradients(tangentLoss, arguments);
    Operand<TFloat64> tangentOfGradient = tape.jvp(along, arguments, direction);
    var derivatives =
        new ArrayList<>(List.of(tangent, tangentOfGradient, inner(second, direction)));
    derivatives.addAll(first);
    derivatives.addAll(second);
    derivatives.addAll(ofTangent);
    derivatives.addAll(direction);
    return new Built(List.of(loss, along, tangentLoss), derivatives);
  }

  /** Returns all derivatives, in an order of its own. */
  List<double[]> derivatives() {
    return run(build().derivatives, point);
  }

  /** Checks all derivatives. */
  void check() {
    Built built = build();
    List<double[]> analytic = run(built.derivatives, point);
    List<List<double[]>> numeric = differences(built.values);
    int n = arguments.size();
    int at = 3;
    for (String what : List.of("gradient", "second gradient", "gradient of the tangent")) {
      assertClose(what, analytic.subList(at, at + n), numeric.get((at - 3) / n));
      at += n;
    }
    assertClose(
        "tangent",
        List.of(analytic.get(0)),
        List.of(differenceAlong(analytic.subList(at, at + n))));
    assertClose("tangent of the gradient", List.of(analytic.get(1)), List.of(analytic.get(2)));
  }

  private void assertClose(String what, List<double[]> analytic, List<double[]> numeric) {
    for (int i = 0; i < analytic.size(); i++) {
      if (vanishes(analytic.get(i)) && vanishes(numeric.get(i))) {
        continue;
      }
      try {
        NumericGradient.assertClose(analytic.get(i), numeric.get(i), precision.tolerance);
      } catch (AssertionError e) {
        throw new AssertionError(what + " " + i + ": " + e.getMessage(), e);
      }
    }
  }

  /** What is zero but for rounding, such as the gradient of a shift in front of a norm. */
  private static boolean vanishes(double[] derivative) {
    return Arrays.stream(derivative).allMatch(d -> Math.abs(d) < 1e-9);
  }

  /** Returns the numeric gradients of scalars, by each argument. */
  private List<List<double[]>> differences(List<Operand<TFloat64>> values) {
    var gradients = new ArrayList<List<double[]>>();
    for (int v = 0; v < values.size(); v++) {
      gradients.add(new ArrayList<>());
      for (double[] x : point) {
        gradients.get(v).add(new double[x.length]);
      }
    }
    for (int i = 0; i < point.size(); i++) {
      for (int j = 0; j < point.get(i).length; j++) {
        List<double[]> above = run(values, moved(i, j, precision.step));
        List<double[]> below = run(values, moved(i, j, -precision.step));
        for (int v = 0; v < values.size(); v++) {
          gradients.get(v).get(i)[j] = (above.get(v)[0] - below.get(v)[0]) / (2 * precision.step);
        }
      }
    }
    return gradients;
  }

  private List<double[]> moved(int argument, int element, double step) {
    var moved = new ArrayList<>(point);
    double[] x = point.get(argument).clone();
    x[element] += step;
    moved.set(argument, x);
    return moved;
  }

  private double[] differenceAlong(List<double[]> direction) {
    double[] above = along(direction, precision.step);
    double[] below = along(direction, -precision.step);
    double[] numeric = new double[above.length];
    Arrays.setAll(numeric, i -> (above[i] - below[i]) / (2 * precision.step));
    return numeric;
  }

  private double[] along(List<double[]> direction, double step) {
    var moved = new ArrayList<double[]>();
    for (int i = 0; i < point.size(); i++) {
      double[] x = point.get(i).clone();
      for (int j = 0; j < x.length; j++) {
        x[j] += step * direction.get(i)[j];
      }
      moved.add(x);
    }
    return run(List.of(y), moved).get(0);
  }

  private List<Operand<TFloat64>> directions() {
    return shapes.stream().map(this::noise).toList();
  }

  private Operand<TFloat64> inner(List<Operand<TFloat64>> a, List<Operand<TFloat64>> b) {
    Operand<TFloat64> sum = tf.constant(0.0);
    for (int i = 0; i < a.size(); i++) {
      sum = tf.math.add(sum, inner(a.get(i), b.get(i)));
    }
    return sum;
  }

  private Operand<TFloat64> inner(Operand<TFloat64> a, Operand<TFloat64> b) {
    return tf.reduceSum(tf.reshape(tf.math.mul(a, b), tf.constant(new int[] {-1})), tf.constant(0));
  }

  /** A constant of a known shape, between −1 and 1. */
  private Operand<TFloat64> noise(Shape shape) {
    double[] values = new double[(int) shape.size()];
    Arrays.setAll(values, i -> 2 * random.nextDouble() - 1);
    return tf.constant(shape, DataBuffers.of(values));
  }

  private List<double[]> run(List<Operand<TFloat64>> fetched, List<double[]> values) {
    var tensors = new ArrayList<TFloat64>();
    try {
      var runner = session.runner();
      fetched.forEach(runner::fetch);
      for (int i = 0; i < values.size(); i++) {
        tensors.add(TFloat64.tensorOf(shapes.get(i), DataBuffers.of(values.get(i))));
        runner.feed(arguments.get(i), tensors.get(i));
      }
      try (var result = runner.run()) {
        var found = new ArrayList<double[]>();
        for (int i = 0; i < fetched.size(); i++) {
          var tensor = (TFloat64) result.get(i);
          double[] elements = new double[(int) tensor.size()];
          tensor.asRawTensor().data().asDoubles().read(elements);
          found.add(elements);
        }
        return found;
      }
    } finally {
      tensors.forEach(TFloat64::close);
    }
  }

  /** Values far enough from each other for maxima to stay what they are. */
  private double[] distinct(int count, double low, double high) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = low + (high - low) * (i + 0.35 + 0.3 * random.nextDouble()) / count;
    }
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
    return values;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
