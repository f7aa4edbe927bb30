package org.crossfade.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.crossfade.core.ScratchGraph;
import org.crossfade.core.nn.SlidingWindow.Box;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;

class SlidingWindowTest {
  private final ScratchGraph graph = new ScratchGraph();
  private final Ops tf = graph.tf();

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void cityscapesImageIsSeenInThreeWindows() {
    assertThat(new SlidingWindow(1024, 1024, 512, 512).boxes(1024, 2048))
        .containsExactly(
            new Box(0, 1024, 0, 1024), new Box(0, 1024, 512, 1536), new Box(0, 1024, 1024, 2048));
  }

  @Test
  void lastWindowIsShiftedBackIntoTheImage() {
    assertThat(new SlidingWindow(2, 4, 2, 3).boxes(2, 6))
        .containsExactly(new Box(0, 2, 0, 4), new Box(0, 2, 2, 6));
  }

  @Test
  void slideOfOneWindowIsThePlainForward() {
    var image = image(2, 3);

    for (var window : List.of(new SlidingWindow(2, 3, 1, 1), new SlidingWindow(9, 9, 4, 4))) {
      assertThat(graph.fetch(window.apply(tf, image, this::positive)))
          .containsExactly(graph.fetch(positive(image)));
    }
  }

  /** A network without context answers the same in every window, so averaging changes nothing. */
  @Test
  void slidingAPointwiseNetworkIsThePlainForward() {
    var image = image(5, 7);

    float[] slid = graph.fetch(new SlidingWindow(3, 4, 2, 2).apply(tf, image, this::positive));

    assertThat(slid).containsExactly(graph.fetch(positive(image)), within(1e-6f));
  }

  @Test
  void overlapIsTheMeanOfItsWindows() {
    var image = graph.constant(new float[] {1, 2, 4}, 1, 1, 3, 1);

    // Sums of the windows (1, 2) and (2, 4) in each of their pixels.
    float[] slid =
        graph.fetch(
            new SlidingWindow(1, 2, 1, 1)
                .apply(
                    tf,
                    image,
                    x ->
                        tf.math.add(
                            tf.zerosLike(x),
                            tf.reduceSum(
                                x, tf.constant(new int[] {2}), ReduceSum.keepDims(true)))));

    assertThat(slid).containsExactly(3, 4.5f, 6);
  }

  @Test
  void windowsOfABatchAreAveragedOnTheirOwnGrid() {
    var window = new SlidingWindow(2, 4, 2, 2);
    var images = image(2, 6);

    assertThat(graph.runtimeShape(window.batch(tf, images))).containsExactly(2, 2, 4, 1);
    // Two cells of 2x2 pixels a window, the middle cell seen by both.
    var answers = graph.constant(new float[] {1, 2, 4, 8}, 2, 1, 2, 1);
    assertThat(graph.fetch(window.average(tf, window.split(tf, answers, 2, 6), 2, 6, 2)))
        .containsExactly(1, 3, 8);
  }

  @Test
  void stridesThatLeavePixelsOutAreRefused() {
    assertThatThrownBy(() -> new SlidingWindow(4, 4, 5, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 4 and 5");
    assertThatThrownBy(() -> new SlidingWindow(0, 4, 1, 1)).hasMessageContaining("at least 1x1");
    assertThatThrownBy(() -> new SlidingWindow(2, 4, 2, 1).boxes(2, 6).get(1).on(2))
        .hasMessageContaining("grid of 2 pixels");
  }

  private Operand<TFloat32> positive(Operand<TFloat32> x) {
    return tf.nn.relu(tf.math.sub(x, tf.constant(2f)));
  }

  /** 0, 1, 2, ... row by row. */
  private Operand<TFloat32> image(int height, int width) {
    float[] values = new float[height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return graph.constant(values, 1, height, width, 1);
  }
}
