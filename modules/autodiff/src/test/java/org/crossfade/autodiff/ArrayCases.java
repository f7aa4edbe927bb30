package org.crossfade.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crossfade.autodiff.DerivativeCheck.Function;
import org.crossfade.autodiff.DerivativeCheck.Precision;
import org.crossfade.autodiff.RulesTest.Case;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.index.Indices;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.op.math.Cumsum;
import org.tensorflow.op.math.Mean;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat64;

/** Reductions, products of matrices, and operations that move elements. */
final class ArrayCases {
  private static final Shape SHAPE = Shape.of(2, 3, 4);

  private final List<Case> cases = new ArrayList<>();

  private ArrayCases() {}

  static List<Case> all() {
    var cases = new ArrayCases();
    cases.reductions();
    cases.products();
    cases.shapes();
    cases.joints();
    cases.parts();
    cases.gathered();
    return cases.cases;
  }

  private void reductions() {
    add("Sum", (tf, x) -> tf.reduceSum(x.get(0), tf.constant(new int[] {0, -1})));
    add("Sum", (tf, x) -> tf.reduceSum(x.get(0), tf.constant(1), ReduceSum.keepDims(true)));
    add("Mean", (tf, x) -> tf.math.mean(x.get(0), tf.constant(new int[] {1, 2})));
    add("Mean", (tf, x) -> tf.math.mean(x.get(0), tf.constant(-1), Mean.keepDims(true)));
    add("Max", (tf, x) -> tf.reduceMax(x.get(0), tf.constant(1)));
    add("Max", (tf, x) -> tf.reduceMax(x.get(0), tf.constant(new int[] {0, 2}), keepMax()));
    add("Min", (tf, x) -> tf.reduceMin(x.get(0), tf.constant(2)));
    for (boolean reverse : new boolean[] {false, true}) {
      for (boolean exclusive : new boolean[] {false, true}) {
        add(
            "Cumsum",
            (tf, x) ->
                tf.math.cumsum(
                    x.get(0),
                    tf.constant(1),
                    Cumsum.exclusive(exclusive),
                    Cumsum.reverse(reverse)));
      }
    }
  }

  private static ReduceMax.Options keepMax() {
    return ReduceMax.keepDims(true);
  }

  private void products() {
    for (boolean a : new boolean[] {false, true}) {
      for (boolean b : new boolean[] {false, true}) {
        add(
            "MatMul",
            (tf, x) ->
                tf.linalg.matMul(x.get(0), x.get(1), MatMul.transposeA(a), MatMul.transposeB(b)),
            a ? Shape.of(3, 2) : Shape.of(2, 3),
            b ? Shape.of(4, 3) : Shape.of(3, 4));
        for (String type : List.of("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3")) {
          // The first version can't broadcast.
          long batch = type.equals("BatchMatMul") ? 2 : 1;
          add(
              type,
              (tf, x) ->
                  number(
                      Node.build(
                          tf,
                          type,
                          Map.of(
                              "adj_x",
                              Node.bool(a),
                              "adj_y",
                              Node.bool(b),
                              "Tout",
                              AttrValue.newBuilder().setType(DataType.DT_DOUBLE).build()),
                          List.of(x.get(0), x.get(1)))),
              a ? Shape.of(2, 3, 2) : Shape.of(2, 2, 3),
              b ? Shape.of(batch, 4, 3) : Shape.of(batch, 3, 4));
        }
      }
    }
    add(
        "Einsum",
        (tf, x) -> tf.linalg.einsum(List.of(x.get(0), x.get(1)), "bij,bkj->bik"),
        Shape.of(2, 3, 4),
        Shape.of(2, 5, 4));
  }

  private void shapes() {
    add("Reshape", (tf, x) -> tf.reshape(x.get(0), tf.constant(new int[] {4, -1})));
    add("ExpandDims", (tf, x) -> tf.expandDims(x.get(0), tf.constant(1)));
    add("Squeeze", (tf, x) -> tf.squeeze(x.get(0), Squeeze.axis(List.of(1L))), Shape.of(2, 1, 4));
    add("Transpose", (tf, x) -> tf.linalg.transpose(x.get(0), tf.constant(new int[] {2, 0, 1})));
    add("ReverseV2", (tf, x) -> tf.reverse(x.get(0), tf.constant(new int[] {0, 2})));
    add(
        "BroadcastTo",
        (tf, x) -> tf.broadcastTo(x.get(0), tf.constant(new int[] {2, 3, 4})),
        Shape.of(3, 1));
    add("Fill", (tf, x) -> tf.fill(tf.constant(new int[] {2, 3}), x.get(0)), Shape.scalar());
    add("Tile", (tf, x) -> tf.tile(x.get(0), tf.constant(new int[] {2, 1, 3})));
    for (String mode : List.of("REFLECT", "SYMMETRIC")) {
      add(
          "MirrorPad",
          (tf, x) ->
              tf.mirrorPad(x.get(0), tf.constant(new int[][] {{0, 0}, {1, 2}, {2, 1}}), mode));
    }
    add(
        "SpaceToBatchND",
        (tf, x) ->
            tf.spaceToBatchNd(
                x.get(0), tf.constant(new int[] {2, 3}), tf.constant(new int[][] {{0, 1}, {1, 0}})),
        Shape.of(2, 3, 5, 2));
    add(
        "BatchToSpaceND",
        (tf, x) ->
            tf.batchToSpaceNd(
                x.get(0), tf.constant(new int[] {2, 3}), tf.constant(new int[][] {{0, 1}, {1, 0}})),
        Shape.of(6, 2, 1, 2));
    add("DepthToSpace", (tf, x) -> tf.nn.depthToSpace(x.get(0), 2L), Shape.of(1, 2, 3, 8));
    add("SpaceToDepth", (tf, x) -> tf.nn.spaceToDepth(x.get(0), 2L), Shape.of(1, 2, 4, 3));
  }

  private void joints() {
    add(
        "ConcatV2",
        (tf, x) -> tf.concat(List.of(x.get(0), x.get(1), x.get(0)), tf.constant(-1)),
        Shape.of(2, 3, 4),
        Shape.of(2, 3, 2));
    add(
        "Pack",
        (tf, x) -> tf.stack(List.of(x.get(0), x.get(1)), Stack.axis(1L)),
        Shape.of(2, 3),
        Shape.of(2, 3));
    add(
        "Unpack",
        (tf, x) -> {
          var parts = tf.unstack(x.get(0), 3L, Unstack.axis(1L)).output();
          return tf.math.mul(parts.get(0), tf.math.square(parts.get(2)));
        });
    add(
        "Split",
        (tf, x) -> {
          var parts = tf.split(tf.constant(2), x.get(0), 2L).output();
          return tf.math.mul(parts.get(0), tf.math.square(parts.get(1)));
        });
    add(
        "SplitV",
        (tf, x) -> {
          var parts =
              tf.splitV(x.get(0), tf.constant(new int[] {1, 3}), tf.constant(2), 2L).output();
          return tf.math.mul(parts.get(0), tf.math.square(parts.get(1)));
        });
  }

  private void parts() {
    add(
        "Slice",
        (tf, x) ->
            tf.slice(
                x.get(0), tf.constant(new int[] {0, 1, 2}), tf.constant(new int[] {2, -1, 1})));
    add(
        "StridedSlice",
        (tf, x) ->
            tf.stridedSlice(
                x.get(0), Indices.at(1), Indices.sliceFrom(1), Indices.slice(3, 0, -2)));
    add(
        "StridedSlice",
        (tf, x) -> tf.stridedSlice(x.get(0), Indices.ellipsis(), Indices.newAxis(), Indices.at(2)));
    add(
        "Pad",
        (tf, x) ->
            number(
                Node.build(
                    tf,
                    "Pad",
                    Map.of(),
                    List.of(x.get(0), tf.constant(new int[][] {{0, 1}, {2, 0}, {1, 1}})))));
    add(
        "PadV2",
        (tf, x) -> tf.pad(x.get(0), tf.constant(new int[][] {{0, 1}, {2, 0}, {1, 1}}), x.get(1)),
        SHAPE,
        Shape.scalar());
  }

  private void gathered() {
    add(
        "GatherV2",
        (tf, x) -> tf.gather(x.get(0), tf.constant(new int[][] {{2, 0}, {2, 1}}), tf.constant(1)));
    add(
        "GatherNd",
        (tf, x) -> tf.gatherNd(x.get(0), tf.constant(new int[][] {{1, 2}, {0, 0}, {1, 2}})));
    add(
        "ScatterNd",
        (tf, x) ->
            tf.scatterNd(
                tf.constant(new int[][] {{4}, {1}}), x.get(0), tf.constant(new int[] {6, 3})),
        Shape.of(2, 3));
    add(
        "UnsortedSegmentSum",
        (tf, x) ->
            tf.math.unsortedSegmentSum(x.get(0), tf.constant(new int[] {1, 0, 1}), tf.constant(2)),
        Shape.of(3, 2));
  }

  private void add(String type, Function function, Shape... shapes) {
    cases.add(
        new Case(
            type,
            type,
            function,
            Precision.DOUBLE,
            -2,
            2,
            shapes.length == 0 ? List.of(SHAPE) : List.of(shapes)));
  }

  private static Operand<TFloat64> number(GraphOperation operation) {
    return operation.output(0).expect(TFloat64.class);
  }
}
