package org.crossfade.backbones.hrda;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.crossfade.core.nn.Interpolation;
import org.crossfade.core.nn.MultiResolution;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SlidingWindow;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * HRDA's geometry for images of one size: where the window lies, and how its logits and the
 * context's become one map of stride 4.
 */
final class ScaleFusion {
  /** Pixels of the image of one cell of the detail and of the fused logits. */
  private static final int DETAIL_STRIDE = 4;

  /** Pixels of the image of one cell of the context. */
  private static final int CONTEXT_STRIDE = 8;

  private final Ops tf;
  private final long batch;
  private final int height;
  private final int width;
  private final SlidingWindow window;

  /**
   * Prepares the fusion of images of a shape.
   *
   * @throws IllegalArgumentException if the sides are no multiples of 8
   */
  ScaleFusion(Ops tf, Shape images, SlidingWindow window) {
    this.tf = tf;
    this.batch = images.get(0);
    this.height = (int) images.get(1);
    this.width = (int) images.get(2);
    this.window = window;
    if (height % CONTEXT_STRIDE != 0 || width % CONTEXT_STRIDE != 0) {
      throw new IllegalArgumentException(
          "hrda needs images whose sides are multiples of %d, found %dx%d"
              .formatted(CONTEXT_STRIDE, width, height));
    }
  }

  /**
   * Draws a window, one for the whole batch: rows and columns uniformly among the multiples of 8
   * below ⌊(margin + 1)/8⌋·8, as {@code get_crop_bbox} does. The largest offset is never drawn.
   *
   * @param seed [2]
   * @return row and column, [2]
   */
  Operand<TInt32> drawn(Operand<TInt64> seed) {
    Operand<TInt32> drawn =
        tf.dtypes.cast(
            tf.math.floor(
                tf.math.mul(
                    tf.random.statelessRandomUniform(tf.constant(new long[] {2}), seed),
                    tf.constant(
                        new float[] {
                          choices(height, window.height()), choices(width, window.width())
                        }))),
            TInt32.class);
    return tf.math.mul(drawn, tf.constant(CONTEXT_STRIDE));
  }

  private int choices(int side, int windowSide) {
    requireInside(side, windowSide);
    return Math.max(1, (side - windowSide + 1) / CONTEXT_STRIDE);
  }

  private void requireInside(int side, int windowSide) {
    if (windowSide > side || windowSide % CONTEXT_STRIDE != 0) {
      throw new IllegalArgumentException(
          "network.window must be at most as large as the images of training, %dx%d, and a"
                  .formatted(width, height)
              + " multiple of %d, found %dx%d"
                  .formatted(CONTEXT_STRIDE, window.width(), window.height()));
    }
  }

  /** Returns y1, y2, x1, x2 of the window, [4]. */
  Operand<TInt32> box(Operand<TInt32> offset) {
    Operand<TInt32> end = tf.math.add(offset, size());
    Operand<TInt32> both = tf.stack(List.of(offset, end), Stack.axis(1L));
    return tf.reshape(both, tf.constant(new int[] {4}));
  }

  /** Returns y1, y2, x1, x2 of the image, [4]. */
  Operand<TInt32> wholeImage() {
    return tf.constant(new int[] {0, height, 0, width});
  }

  private Operand<TInt32> size() {
    return tf.constant(new int[] {window.height(), window.width()});
  }

  /** Returns the window's pixels, [N, h, w, 3] of [N, H, W, 3]. */
  Operand<TFloat32> cut(Operand<TFloat32> images, Operand<TInt32> offset) {
    requireInside(height, window.height());
    requireInside(width, window.width());
    Operand<TInt32> zero = tf.constant(new int[] {0});
    return tf.slice(
        images,
        tf.concat(List.of(zero, offset, zero), tf.constant(0)),
        tf.constant(new int[] {(int) batch, window.height(), window.width(), 3}));
  }

  /** Returns the average of what all positions of the window gave, on the image's grid. */
  Operand<TFloat32> averaged(List<Prediction> windows, Function<Prediction, Operand<TFloat32>> of) {
    return window.average(tf, windows.stream().map(of).toList(), height, width, DETAIL_STRIDE);
  }

  /** Returns the answers to all positions' batch, one for each position. */
  List<Prediction> split(Prediction batch) {
    List<Operand<TFloat32>> logits = window.split(tf, batch.logits(), height, width);
    List<Operand<TFloat32>> features = window.split(tf, batch.features(), height, width);
    var windows = new ArrayList<Prediction>();
    for (int i = 0; i < logits.size(); i++) {
      windows.add(new Prediction(logits.get(i), features.get(i), Optional.empty(), Map.of()));
    }
    return windows;
  }

  /** Returns the fused logits where the detail covers the image, [N, H/4, W/4, K]. */
  Operand<TFloat32> everywhere(MultiResolution parts) {
    return fused(parts.attention(), parts.context().logits(), parts.detail().logits());
  }

  /** Returns the fused logits where the detail covers the window, [N, H/4, W/4, K]. */
  Operand<TFloat32> inWindow(MultiResolution parts, Operand<TInt32> offset) {
    return fused(
        tf.math.mul(parts.attention(), mask(offset)),
        parts.context().logits(),
        placed(parts.detail().logits(), offset));
  }

  private Operand<TFloat32> fused(
      Operand<TFloat32> attention, Operand<TFloat32> context, Operand<TFloat32> detail) {
    Operand<TFloat32> rest = tf.math.sub(tf.constant(1f), attention);
    return tf.math.add(
        tf.math.mul(doubled(attention), detail), doubled(tf.math.mul(rest, context)));
  }

  private Operand<TFloat32> doubled(Operand<TFloat32> x) {
    return Interpolation.HALF_PIXEL_CENTRES.resize(
        tf, x, height / DETAIL_STRIDE, width / DETAIL_STRIDE);
  }

  /** 1 in the window on the context's grid, 0 elsewhere, [1, H/8, W/8, 1]. */
  private Operand<TFloat32> mask(Operand<TInt32> offset) {
    Operand<TInt32> first = tf.math.div(offset, tf.constant(CONTEXT_STRIDE));
    Operand<TFloat32> rows = inside(first, 0, height, window.height());
    Operand<TFloat32> columns = inside(first, 1, width, window.width());
    return tf.math.mul(
        tf.reshape(rows, tf.constant(new int[] {1, -1, 1, 1})),
        tf.reshape(columns, tf.constant(new int[] {1, 1, -1, 1})));
  }

  private Operand<TFloat32> inside(Operand<TInt32> first, int axis, int side, int windowSide) {
    Operand<TInt32> cells =
        tf.range(tf.constant(0), tf.constant(side / CONTEXT_STRIDE), tf.constant(1));
    Operand<TInt32> start =
        tf.slice(first, tf.constant(new int[] {axis}), tf.constant(new int[] {1}));
    Operand<TInt32> end = tf.math.add(start, tf.constant(windowSide / CONTEXT_STRIDE));
    return tf.dtypes.cast(
        tf.math.logicalAnd(tf.math.greaterEqual(cells, start), tf.math.less(cells, end)),
        TFloat32.class);
  }

  /** Z: the window's logits on zeros, [N, H/4, W/4, K]. */
  private Operand<TFloat32> placed(Operand<TFloat32> detail, Operand<TInt32> offset) {
    Operand<TInt32> before = tf.math.div(offset, tf.constant(DETAIL_STRIDE));
    Operand<TInt32> after =
        tf.math.sub(
            tf.constant(
                new int[] {
                  (height - window.height()) / DETAIL_STRIDE,
                  (width - window.width()) / DETAIL_STRIDE
                }),
            before);
    Operand<TInt32> sides = tf.stack(List.of(before, after), Stack.axis(1L));
    Operand<TInt32> none = tf.constant(new int[][] {{0, 0}});
    Operand<TFloat32> placed =
        tf.pad(detail, tf.concat(List.of(none, sides, none), tf.constant(0)), tf.constant(0f));
    // A padding that only the run knows leaves no static shape; this brings it back, and unlike
    // EnsureShape it has a gradient.
    return tf.reshape(
        placed,
        tf.constant(
            new long[] {
              batch, height / DETAIL_STRIDE, width / DETAIL_STRIDE, detail.shape().get(3)
            }));
  }
}
