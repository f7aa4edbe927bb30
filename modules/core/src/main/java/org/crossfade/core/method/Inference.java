package org.crossfade.core.method;

import java.util.List;
import java.util.Optional;
import org.crossfade.core.nn.SlidingWindow;

/**
 * How a trained network is asked.
 *
 * @param width of the image that the network sees
 * @param height of the image that the network sees
 * @param scales of that image; several are averaged as probabilities
 * @param flip whether each scale is also seen mirrored
 * @param slide the window that slides over the image, whose logits are averaged; the whole image is
 *     seen at once without
 */
public record Inference(
    int width, int height, List<Double> scales, boolean flip, Optional<SlidingWindow> slide) {
  /** Checks the ranges and copies the list. */
  public Inference {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "the input of inference must be at least 1x1, found " + width + "x" + height);
    }
    if (scales.isEmpty() || scales.stream().anyMatch(s -> !(s > 0))) {
      throw new IllegalArgumentException("scales must be positive and not empty, found " + scales);
    }
    scales = List.copyOf(scales);
  }

  /** Inference on whole images. */
  public Inference(int width, int height, List<Double> scales, boolean flip) {
    this(width, height, scales, flip, Optional.empty());
  }

  /** Returns inference at one scale, unmirrored. */
  public static Inference singleScale(int width, int height) {
    return new Inference(width, height, List.of(1.0), false);
  }

  /** Returns whether more than one prediction is averaged. */
  public boolean isFused() {
    return flip || scales.size() > 1;
  }
}
