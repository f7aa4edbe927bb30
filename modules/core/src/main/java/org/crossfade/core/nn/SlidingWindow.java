package org.crossfade.core.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A window that slides over an image; the logits of overlapping windows are averaged. Source:
 * {@code slide_inference} of HRDA's {@code encoder_decoder.py}.
 *
 * @param height of the window in pixels; an image of fewer rows is seen whole
 * @param width of the window in pixels; an image of fewer columns is seen whole
 * @param strideY rows from one window to the next
 * @param strideX columns from one window to the next
 */
public record SlidingWindow(int height, int width, int strideY, int strideX) {

  /** Checks that windows leave no gaps. */
  public SlidingWindow {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a window must be at least 1x1, found a width of " + width + ", a height of " + height);
    }
    if (strideY < 1 || strideY > height || strideX < 1 || strideX > width) {
      throw new IllegalArgumentException(
          ("the strides of a %dx%d window must lie in 1..%d (x) and 1..%d (y), found %d and %d:"
                  + " longer ones would leave pixels out")
              .formatted(width, height, width, height, strideX, strideY));
    }
  }

  /**
   * One position of the window; ends excluded.
   *
   * @param y1 first row
   * @param y2 row behind the last
   * @param x1 first column
   * @param x2 column behind the last
   */
  public record Box(int y1, int y2, int x1, int x2) {
    /**
     * Returns the box on a grid of cells.
     *
     * @param stride pixels of a cell
     * @throws IllegalArgumentException if a side lies between cells
     */
    public Box on(int stride) {
      if (y1 % stride != 0 || y2 % stride != 0 || x1 % stride != 0 || x2 % stride != 0) {
        throw new IllegalArgumentException(
            "%s does not lie on a grid of %d pixels; choose multiples for the image, the window and"
                    .formatted(this, stride)
                + " its strides");
      }
      return new Box(y1 / stride, y2 / stride, x1 / stride, x2 / stride);
    }

    /** Returns what lies in the box, [N, h, w, C] of [N, H, W, C]. */
    public Operand<TFloat32> cut(Ops tf, Operand<TFloat32> x) {
      return tf.slice(
          x,
          tf.constant(new int[] {0, y1, x1, 0}),
          tf.constant(new int[] {-1, y2 - y1, x2 - x1, -1}));
    }
  }

  /**
   * Returns the positions, row by row: ⌈(n − size)/stride⌉ + 1 on an axis of n pixels, the last one
   * shifted back into the image.
   */
  public List<Box> boxes(int imageHeight, int imageWidth) {
    var boxes = new ArrayList<Box>();
    for (int[] y : positions(imageHeight, height, strideY)) {
      for (int[] x : positions(imageWidth, width, strideX)) {
        boxes.add(new Box(y[0], y[1], x[0], x[1]));
      }
    }
    return boxes;
  }

  private static List<int[]> positions(int size, int window, int stride) {
    int count = Math.max(size - window + stride - 1, 0) / stride + 1;
    var positions = new ArrayList<int[]>();
    for (int i = 0; i < count; i++) {
      int end = Math.min(i * stride + window, size);
      positions.add(new int[] {Math.max(end - window, 0), end});
    }
    return positions;
  }

  /**
   * Returns the average of the logits of all positions, which are asked one after the other: no two
   * of them hold memory at the same time.
   *
   * @param images [N, H, W, C], of known height and width
   * @param logits from a window, [N, h, w, C], to [N, h, w, K] of the same size
   * @return [N, H, W, K]
   */
  public Operand<TFloat32> apply(
      Ops tf, Operand<TFloat32> images, UnaryOperator<Operand<TFloat32>> logits) {
    int imageHeight = (int) images.shape().get(1);
    int imageWidth = (int) images.shape().get(2);
    List<Operand<TFloat32>> answers = inTurn(tf, images, logits, answer -> answer);
    return average(tf, boxes(imageHeight, imageWidth), answers, imageHeight, imageWidth);
  }

  /**
   * Returns the answers at all positions, in the order of {@link #boxes}, asked one after the
   * other.
   *
   * @param images [N, H, W, C], of known height and width
   * @param network from a window, [N, h, w, C], to its answer
   * @param last what of an answer is computed last: the next window waits for it
   */
  public <T> List<T> inTurn(
      Ops tf,
      Operand<TFloat32> images,
      Function<Operand<TFloat32>, T> network,
      Function<T, Operand<TFloat32>> last) {
    var answers = new ArrayList<T>();
    for (Box box : boxes((int) images.shape().get(1), (int) images.shape().get(2))) {
      Operand<TFloat32> window = box.cut(tf, images);
      if (!answers.isEmpty()) {
        Operand<TFloat32> before = last.apply(answers.get(answers.size() - 1));
        window = tf.withControlDependencies(before).identity(window);
      }
      answers.add(network.apply(window));
    }
    return answers;
  }

  /**
   * Returns the mean over the windows that cover a cell.
   *
   * @param boxes on the grid of the answers
   * @param answers one for each box, [N, h, w, K]
   * @param height of the result
   * @param width of the result
   * @return [N, height, width, K]
   */
  static Operand<TFloat32> average(
      Ops tf, List<Box> boxes, List<Operand<TFloat32>> answers, int height, int width) {
    if (boxes.size() == 1) {
      return answers.get(0);
    }
    float[] coverage = new float[height * width];
    var placed = new ArrayList<Operand<TFloat32>>();
    for (int i = 0; i < boxes.size(); i++) {
      Box box = boxes.get(i);
      for (int y = box.y1(); y < box.y2(); y++) {
        for (int x = box.x1(); x < box.x2(); x++) {
          coverage[y * width + x]++;
        }
      }
      int[][] around = {
        {0, 0}, {box.y1(), height - box.y2()}, {box.x1(), width - box.x2()}, {0, 0}
      };
      placed.add(tf.pad(answers.get(i), tf.constant(around), tf.constant(0f)));
    }
    Operand<TFloat32> counts =
        tf.reshape(tf.constant(coverage), tf.constant(Shape.of(1, height, width, 1).asArray()));
    return tf.math.div(tf.math.addN(placed), counts);
  }

  /**
   * Returns the average of answers on a coarser grid.
   *
   * @param answers one for each position, [N, h, w, K]
   * @param stride pixels of the image of one cell of the answers
   * @return [N, imageHeight/stride, imageWidth/stride, K]
   */
  public Operand<TFloat32> average(
      Ops tf, List<Operand<TFloat32>> answers, int imageHeight, int imageWidth, int stride) {
    List<Box> boxes = boxes(imageHeight, imageWidth).stream().map(box -> box.on(stride)).toList();
    return average(tf, boxes, answers, imageHeight / stride, imageWidth / stride);
  }

  /**
   * Returns the answers of a network that was given {@link #batch}, one for each position.
   *
   * @param answers position by position, all images of the first one first, [boxes·N, h, w, K]
   */
  public List<Operand<TFloat32>> split(
      Ops tf, Operand<TFloat32> answers, int imageHeight, int imageWidth) {
    List<Operand<TFloat32>> split = new ArrayList<>();
    tf.split(tf.constant(0), answers, (long) boxes(imageHeight, imageWidth).size())
        .forEach(split::add);
    return split;
  }

  /** Returns all windows as one batch, position by position: the input of such a network. */
  public Operand<TFloat32> batch(Ops tf, Operand<TFloat32> images) {
    List<Box> boxes = boxes((int) images.shape().get(1), (int) images.shape().get(2));
    if (boxes.size() == 1) {
      return images;
    }
    return tf.concat(boxes.stream().map(box -> box.cut(tf, images)).toList(), tf.constant(0));
  }
}
