package org.crossfade.core.method;

import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.nn.SlidingWindow;

/**
 * How a trained network is asked, and scored.
 *
 * @param width of the image that the network sees
 * @param height of the image that the network sees
 * @param scales of that image; several are averaged as probabilities
 * @param flip whether each scale is also seen mirrored
 * @param slide the window that slides over the image, whose logits are averaged; the whole image is
 *     seen at once without
 * @param resize how an image of another size becomes the one that the network sees; bicubic without
 * @param labels the size at which predictions are scored; the labels' own without
 * @param evaluateEvery iterations between evaluations of a phase, at least 1; those of the run
 *     without
 */
public record Inference(
    int width,
    int height,
    List<Double> scales,
    boolean flip,
    Optional<SlidingWindow> slide,
    Optional<ImageResize> resize,
    Optional<ScoredSize> labels,
    Optional<Integer> evaluateEvery) {
  /** How the image is resized. */
  public enum ImageResize {
    /** As Pillow's BICUBIC does: the DeepLab codes. */
    BICUBIC,
    /** As mmcv does, without antialiasing: DAFormer's code and those that come from it. */
    BILINEAR
  }

  /** The size at which predictions are compared with labels. */
  public enum ScoredSize {
    /** That of the labels, which are not resized. */
    NATIVE,
    /**
     * That of the image which the network sees: labels are resized by the nearest pixel, as Pillow
     * does.
     */
    TEST_SIZE
  }

  /** Checks the ranges and copies the list. */
  public Inference {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "the input of inference must be at least 1x1, found " + width + "x" + height);
    }
    if (scales.isEmpty() || scales.stream().anyMatch(s -> !(s > 0))) {
      throw new IllegalArgumentException("scales must be positive and not empty, found " + scales);
    }
    if (evaluateEvery.isPresent() && evaluateEvery.get() < 1) {
      throw new IllegalArgumentException(
          "evaluate-every must be at least 1, found " + evaluateEvery.get());
    }
    scales = List.copyOf(scales);
  }

  /** Inference on images resized as Pillow does, scored at the labels' own size. */
  public Inference(
      int width, int height, List<Double> scales, boolean flip, Optional<SlidingWindow> slide) {
    this(width, height, scales, flip, slide, Optional.empty(), Optional.empty(), Optional.empty());
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

  /** Returns what makes of any image the one that the network sees. */
  public SampleTransform resizing() {
    return resize.orElse(ImageResize.BICUBIC) == ImageResize.BILINEAR
        ? new SampleTransform.ResizeBilinear(width, height)
        : new SampleTransform.Resize(width, height);
  }

  /** Returns whether labels are resized to the size of the image that the network sees. */
  public boolean scoresAtTestSize() {
    return labels.orElse(ScoredSize.NATIVE) == ScoredSize.TEST_SIZE;
  }
}
