package org.crossfade.autodiff;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.crossfade.autodiff.DerivativeCheck.Precision;
import org.crossfade.autodiff.RulesTest.Case;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.LeakyRelu;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** Functions of one and two operands, element by element. */
final class ElementwiseCases {
  private static final Shape SHAPE = Shape.of(2, 3);

  private final List<Case> cases = new ArrayList<>();

  private ElementwiseCases() {}

  static List<Case> all() {
    var cases = new ElementwiseCases();
    cases.unaryOfAnyNumber();
    cases.unaryOfPositiveNumbers();
    cases.binaryCases();
    return cases.cases;
  }

  private void unaryOfAnyNumber() {
    for (String type :
        List.of(
            "Identity",
            "Snapshot",
            "PreventGradient",
            "Neg",
            "Abs",
            "Square",
            "Exp",
            "Expm1",
            "Sin",
            "Cos",
            "Erf",
            "Erfc",
            "Relu",
            "Relu6",
            "Elu",
            "Selu",
            "Sigmoid",
            "Tanh",
            "Softplus",
            "Softmax",
            "LogSoftmax",
            "L2Loss")) {
      unary(type, -2, 2, (tf, x) -> of(tf, type, x));
    }
    unary("LeakyRelu", -2, 2, (tf, x) -> tf.nn.leakyRelu(x, LeakyRelu.alpha(0.3f)));
    unary("Relu6", 3, 9, (tf, x) -> tf.nn.relu6(x));
    unary("EnsureShape", -2, 2, (tf, x) -> tf.ensureShape(x, SHAPE));
    unary("CheckNumericsV2", -2, 2, (tf, x) -> tf.debugging.checkNumerics(x, "not a number"));
    var message = AttrValue.newBuilder().setS(ByteString.copyFromUtf8("not a number")).build();
    unary(
        "CheckNumerics",
        -2,
        2,
        (tf, x) ->
            number(
                Node.build(tf, "CheckNumerics", Map.of("message", message), List.of(x)).output(0)));
    // There and back: differences see single precision.
    cases.add(
        new Case(
            "Cast",
            "Cast",
            (tf, x) -> tf.dtypes.cast(tf.dtypes.cast(x.get(0), TFloat32.class), TFloat64.class),
            Precision.LINEAR,
            -2,
            2,
            List.of(SHAPE)));
    unary(
        "ClipByValue", -2, 2, (tf, x) -> tf.clipByValue(x, tf.constant(-1.05), tf.constant(0.95)));
    unary(
        "IdentityN",
        -2,
        2,
        (tf, x) -> {
          var both = tf.identityN(List.of(x, tf.math.square(x))).iterator();
          return tf.math.mul(number(both.next()), number(both.next()));
        });
    gelu();
  }

  private void gelu() {
    unary(
        "Erf",
        -2,
        2,
        (tf, x) ->
            tf.math.mul(
                tf.math.mul(x, tf.constant(0.5)),
                tf.math.add(
                    tf.constant(1.0), tf.math.erf(tf.math.div(x, tf.constant(Math.sqrt(2)))))));
  }

  private void unaryOfPositiveNumbers() {
    for (String type : List.of("Log", "Log1p", "Sqrt", "Rsqrt", "Reciprocal", "Inv")) {
      unary(type, 0.5, 2, (tf, x) -> of(tf, type, x));
    }
    // Only gradients that TensorFlow builds itself hold this one.
    unary("InvGrad", 0.5, 2, (tf, x) -> of(tf, "InvGrad", x, tf.math.square(x)));
  }

  private void binaryCases() {
    for (String type :
        List.of(
            "Add",
            "AddV2",
            "Sub",
            "Mul",
            "SquaredDifference",
            "Div",
            "RealDiv",
            "DivNoNan",
            "Xdivy",
            "Xlogy",
            "Pow",
            "Maximum",
            "Minimum")) {
      binary(type, Shape.of(2, 3), Shape.of(2, 3));
      binary(type, Shape.of(3), Shape.of(2, 3));
      binary(type, Shape.of(2, 3), Shape.of(2, 1));
      binary(type, Shape.of(2, 1), Shape.of(3));
    }
    for (Shape right : List.of(Shape.of(2, 3), Shape.of(2, 1), Shape.of(3))) {
      cases.add(
          new Case(
              "SelectV2 " + right,
              "SelectV2",
              (tf, x) ->
                  tf.select(
                      tf.constant(new boolean[][] {{true, false, true}, {false, false, true}}),
                      tf.math.square(x.get(0)),
                      x.get(1)),
              Precision.DOUBLE,
              0.5,
              2,
              List.of(Shape.of(2, 3), right)));
    }
    cases.add(
        new Case(
            "AddN",
            "AddN",
            (tf, x) -> tf.math.addN(List.of(x.get(0), x.get(1), x.get(0))),
            Precision.DOUBLE,
            0.5,
            2,
            List.of(SHAPE, SHAPE)));
  }

  private void binary(String type, Shape left, Shape right) {
    cases.add(
        new Case(
            type + " " + left + " " + right,
            type,
            (tf, x) -> of(tf, type, x.get(0), x.get(1)),
            Precision.DOUBLE,
            0.5,
            2,
            List.of(left, right)));
  }

  private void unary(
      String type,
      double low,
      double high,
      BiFunction<Ops, Operand<TFloat64>, Operand<TFloat64>> function) {
    cases.add(
        new Case(
            type,
            type,
            (tf, x) -> function.apply(tf, x.get(0)),
            Precision.DOUBLE,
            low,
            high,
            List.of(SHAPE)));
  }

  private static Operand<TFloat64> of(Ops tf, String type, Operand<?>... inputs) {
    return number(Node.build(tf, type, Map.of(), List.of(inputs)).output(0));
  }

  private static Operand<TFloat64> number(Operand<?> operand) {
    return operand.asOutput().expect(TFloat64.class);
  }
}
