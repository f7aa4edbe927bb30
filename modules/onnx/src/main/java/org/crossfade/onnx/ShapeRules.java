package org.crossfade.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.crossfade.onnx.Emitter.Order;

/** Operations that move elements, and those that ask for sizes. */
final class ShapeRules {
  private static final long[] PLACES_OF_NATURAL = {0, 2, 3, 1};

  private ShapeRules() {}

  static void register(Map<String, Rule> rules) {
    rules.put("Reshape", ShapeRules::reshape);
    rules.put("Transpose", ShapeRules::transpose);
    rules.put("ConcatV2", ShapeRules::concat);
    rules.put("Split", ShapeRules::split);
    rules.put("Pad", ShapeRules::pad);
    rules.put("PadV2", ShapeRules::pad);
    rules.put("Slice", ShapeRules::slice);
    rules.put("StridedSlice", ShapeRules::stridedSlice);
    rules.put("ReverseV2", ShapeRules::reverse);
    rules.put("Shape", ShapeRules::shape);
    rules.put("Pack", ShapeRules::pack);
  }

  /** An axis, counted from the front, where it lies in an order. */
  static long axis(long axis, int rank, Order order) {
    long front = axis < 0 ? axis + rank : axis;
    return order == Order.NATURAL ? front : PLACES_OF_NATURAL[(int) front];
  }

  /** The value of an input that has to be constant. */
  static Constant constant(Node node, int input, Emitter to) {
    Constant constant = to.graph().constant(node.input(input));
    if (constant == null) {
      throw node.refused("has an input %d that depends on the image".formatted(input));
    }
    return constant;
  }

  private static void reshape(Node node, Emitter to) {
    String shape = to.natural(node.input(1));
    to.define(
        node.output(),
        Order.NATURAL,
        to.emit("Reshape", node.output(), List.of(to.natural(node.input(0)), shape)));
  }

  private static void transpose(Node node, Emitter to) {
    to.define(
        node.output(),
        Order.NATURAL,
        to.emit(
            "Transpose",
            node.output(),
            List.of(to.natural(node.input(0))),
            Emitter.numbers("perm", constant(node, 1, to).longs())));
  }

  private static void concat(Node node, Emitter to) {
    int last = node.inputs().size() - 1;
    List<String> parts = node.inputs().subList(0, last);
    Order order =
        parts.stream().anyMatch(to::isChannelsFirst) ? Order.CHANNELS_FIRST : Order.NATURAL;
    long axis = axis(constant(node, last, to).longs()[0], to.rank(parts.get(0)), order);
    to.define(
        node.output(),
        order,
        to.emit(
            "Concat",
            node.output(),
            parts.stream().map(part -> to.in(order, part)).toList(),
            Emitter.number("axis", axis)));
  }

  private static void split(Node node, Emitter to) {
    String x = node.input(1);
    Order order = ElementwiseRules.order(x, to);
    int parts = (int) node.number("num_split");
    List<String> names =
        to.emit(
            "Split",
            node.output(),
            List.of(to.in(order, x)),
            parts,
            Emitter.number("axis", axis(constant(node, 0, to).longs()[0], to.rank(x), order)));
    for (int i = 0; i < parts; i++) {
      to.define(node.output(i), order, names.get(i));
    }
  }

  private static void pad(Node node, Emitter to) {
    String x = node.input(0);
    Order order = ElementwiseRules.order(x, to);
    int rank = to.rank(x);
    long[] margins = constant(node, 1, to).longs();
    long[] pads = new long[2 * rank];
    for (int axis = 0; axis < rank; axis++) {
      int place = (int) axis(axis, rank, order);
      pads[place] = margins[2 * axis];
      pads[place + rank] = margins[2 * axis + 1];
    }
    var inputs = new ArrayList<>(List.of(to.in(order, x), to.vector(pads)));
    if (node.inputs().size() > 2) {
      inputs.add(to.natural(node.input(2)));
    }
    to.define(node.output(), order, to.emit("Pad", node.output(), inputs));
  }

  private static void slice(Node node, Emitter to) {
    String x = node.input(0);
    int rank = to.rank(x);
    Constant begin = to.graph().constant(node.input(1));
    Constant size = to.graph().constant(node.input(2));
    String ends;
    if (begin != null && size != null) {
      long[] end = new long[rank];
      Arrays.setAll(
          end, i -> size.longs()[i] < 0 ? Long.MAX_VALUE : begin.longs()[i] + size.longs()[i]);
      ends = to.vector(end);
    } else {
      // A size of -1 reaches to the end.
      String sizes = to.natural(node.input(2));
      String sum = to.emit("Add", node.output(), List.of(to.natural(node.input(1)), sizes));
      String toEnd = to.emit("Less", node.output(), List.of(sizes, to.vector(0)));
      ends = to.emit("Where", node.output(), List.of(toEnd, to.vector(Long.MAX_VALUE), sum));
    }
    String starts = begin == null ? to.natural(node.input(1)) : to.vector(begin.longs());
    cut(node, to, starts, ends, ones(rank));
  }

  private static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Cuts along all axes of the first input, which the numbers name as TensorFlow does. */
  private static void cut(Node node, Emitter to, String starts, String ends, long[] steps) {
    String x = node.input(0);
    Order order = ElementwiseRules.order(x, to);
    int rank = to.rank(x);
    long[] axes = new long[rank];
    Arrays.setAll(axes, axis -> axis(axis, rank, order));
    to.define(
        node.output(),
        order,
        to.emit(
            "Slice",
            node.output(),
            List.of(to.in(order, x), starts, ends, to.vector(axes), to.vector(steps))));
  }

  /** Of one axis alone: how parts of a shape are taken. */
  private static void stridedSlice(Node node, Emitter to) {
    long masks = node.number("ellipsis_mask") | node.number("new_axis_mask");
    if (to.rank(node.input(0)) != 1 || masks != 0) {
      throw node.refused("cuts along more than one axis; of vectors it is translated");
    }
    long begin = node.number("begin_mask") == 0 ? constant(node, 1, to).longs()[0] : 0;
    boolean single = node.number("shrink_axis_mask") != 0;
    long end =
        single
            ? (begin == -1 ? Long.MAX_VALUE : begin + 1)
            : node.number("end_mask") == 0 ? constant(node, 2, to).longs()[0] : Long.MAX_VALUE;
    long step = constant(node, 3, to).longs()[0];
    if (step < 1) {
      throw node.refused("steps backwards");
    }
    String cut =
        to.emit(
            "Slice",
            node.output(),
            List.of(
                to.natural(node.input(0)),
                to.vector(begin),
                to.vector(end),
                to.vector(0),
                to.vector(step)));
    to.define(
        node.output(),
        Order.NATURAL,
        single ? to.emit("Squeeze", node.output(), List.of(cut, to.vector(0))) : cut);
  }

  private static void reverse(Node node, Emitter to) {
    String x = node.input(0);
    Order order = ElementwiseRules.order(x, to);
    long[] axes = constant(node, 1, to).longs().clone();
    long[] starts = new long[axes.length];
    long[] ends = new long[axes.length];
    Arrays.fill(starts, -1);
    Arrays.fill(ends, Long.MIN_VALUE);
    int rank = to.rank(x);
    Arrays.setAll(axes, i -> axis(axes[i], rank, order));
    to.define(
        node.output(),
        order,
        to.emit(
            "Slice",
            node.output(),
            List.of(
                to.in(order, x),
                to.vector(starts),
                to.vector(ends),
                to.vector(axes),
                to.vector(starts))));
  }

  private static void shape(Node node, Emitter to) {
    String x = node.input(0);
    Order order = ElementwiseRules.order(x, to);
    String shape = to.emit("Shape", node.output(), List.of(to.in(order, x)));
    to.define(
        node.output(),
        Order.NATURAL,
        order == Order.NATURAL
            ? shape
            : to.emit("Gather", node.output(), List.of(shape, to.vector(PLACES_OF_NATURAL))));
  }

  private static void pack(Node node, Emitter to) {
    long axis = node.number("axis");
    int rank = to.rank(node.input(0)) + 1;
    long front = axis < 0 ? axis + rank : axis;
    List<String> parts = new ArrayList<>();
    for (String input : node.inputs()) {
      parts.add(to.emit("Unsqueeze", node.output(), List.of(to.natural(input), to.vector(front))));
    }
    to.define(
        node.output(),
        Order.NATURAL,
        to.emit("Concat", node.output(), parts, Emitter.number("axis", front)));
  }
}
