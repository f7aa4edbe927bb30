package org.crossfade.datasets.transform;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.data.Sample;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.data.SampleTransform.BalancedCrop;
import org.crossfade.core.data.SampleTransform.FitInside;
import org.crossfade.core.data.SampleTransform.RandomCrop;
import org.crossfade.core.data.SampleTransform.RandomFlip;
import org.crossfade.core.data.SampleTransform.RandomScaleCrop;
import org.crossfade.core.data.SampleTransform.Resize;
import org.crossfade.core.data.SampleTransform.ResizeBilinear;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.sampling.Draws;

/** Applies {@link SampleTransform}s. */
public final class SampleTransforms {
  /** Windows that mmsegmentation draws at most for one sample. */
  private static final int CROPS = 10;

  private SampleTransforms() {}

  /**
   * The sample after all transforms, in order. A pure function: the same sample, transforms and
   * seed give the same pixels on every machine.
   */
  public static Sample apply(List<SampleTransform> transforms, Sample sample, long seed) {
    Sample result = sample;
    for (int i = 0; i < transforms.size(); i++) {
      result = apply(transforms.get(i), result, Draws.mix(seed, i));
    }
    return result;
  }

  /** The sample after one transform. */
  public static Sample apply(SampleTransform transform, Sample sample, long seed) {
    Random random = new Random(seed);
    if (transform instanceof Resize resize) {
      return resize(sample, resize.width(), resize.height());
    }
    if (transform instanceof ResizeBilinear resize) {
      return resizeBilinear(sample, resize.width(), resize.height());
    }
    if (transform instanceof FitInside box) {
      PixelSize size = box.sizeOf(new PixelSize(sample.image().width(), sample.image().height()));
      return resizeBilinear(sample, size.width(), size.height());
    }
    if (transform instanceof BalancedCrop crop) {
      return balancedCrop(requireEqualSizes(sample), crop, random);
    }
    if (transform instanceof RandomScaleCrop crop) {
      double scale = crop.minScale() + (crop.maxScale() - crop.minScale()) * random.nextDouble();
      int width = Math.max(1, (int) (sample.image().width() * scale));
      int height = Math.max(1, (int) (sample.image().height() * scale));
      return scaledCrop(requireEqualSizes(sample), width, height, crop, random);
    }
    if (transform instanceof RandomCrop crop) {
      return randomCrop(requireEqualSizes(sample), crop.width(), crop.height(), random);
    }
    if (transform instanceof RandomFlip flip) {
      return random.nextDouble() < flip.probability() ? flip(sample) : sample;
    }
    throw new IllegalArgumentException("no such transform: " + transform);
  }

  private static Sample resize(Sample sample, int width, int height) {
    return new Sample(
        sample.id(),
        PillowBicubic.resize(sample.image(), width, height),
        sample.labels().map(labels -> NearestResize.CENTRE.resize(labels, width, height)));
  }

  /** Resizing and cropping at once: only what the crop shows of the resized sample is computed. */
  private static Sample scaledCrop(
      Sample sample, int width, int height, RandomScaleCrop crop, Random random) {
    int y = origin(height - crop.cropHeight(), random);
    int x = origin(width - crop.cropWidth(), random);
    int firstX = Math.max(x, 0);
    int firstY = Math.max(y, 0);
    var seen =
        new PillowBicubic.Window(
            firstX,
            firstY,
            Math.min(x + crop.cropWidth(), width) - firstX,
            Math.min(y + crop.cropHeight(), height) - firstY);
    // Where the resized sample is smaller than the crop, it lies in the crop whole.
    int top = Math.min(y, 0);
    int left = Math.min(x, 0);
    return new Sample(
        sample.id(),
        crop(
            PillowBicubic.resize(sample.image(), width, height, seen),
            top,
            left,
            crop.cropHeight(),
            crop.cropWidth()),
        sample
            .labels()
            .map(
                labels ->
                    crop(
                        NearestResize.CENTRE.resize(labels, width, height, seen),
                        top,
                        left,
                        crop.cropHeight(),
                        crop.cropWidth())));
  }

  private static Sample resizeBilinear(Sample sample, int width, int height) {
    return new Sample(
        sample.id(),
        BilinearResize.resize(sample.image(), width, height),
        sample.labels().map(labels -> NearestResize.FLOOR.resize(labels, width, height)));
  }

  private static Sample balancedCrop(Sample sample, BalancedCrop crop, Random random) {
    Sample cropped = randomCrop(sample, crop.width(), crop.height(), random);
    for (int i = 1; i < CROPS && !balanced(cropped, crop.largestShare()); i++) {
      cropped = randomCrop(sample, crop.width(), crop.height(), random);
    }
    return cropped;
  }

  private static boolean balanced(Sample sample, double largestShare) {
    if (largestShare == 1 || sample.labels().isEmpty()) {
      return true;
    }
    int[] pixels = new int[LabelSpace.IGNORE];
    int labelled = 0;
    for (byte id : sample.labels().get().trainIds()) {
      if ((id & 0xFF) != LabelSpace.IGNORE) {
        pixels[id & 0xFF]++;
        labelled++;
      }
    }
    int largest = Arrays.stream(pixels).max().orElseThrow();
    boolean several = largest < labelled;
    return several && largest < largestShare * labelled;
  }

  private static Sample requireEqualSizes(Sample sample) {
    Optional<LabelMap> labels = sample.labels();
    if (labels.isPresent()
        && (labels.get().width() != sample.image().width()
            || labels.get().height() != sample.image().height())) {
      throw new DataException(
          "sample '"
              + sample.id()
              + "': its "
              + labels.get()
              + " does not fit its "
              + sample.image()
              + "; resize before cropping");
    }
    return sample;
  }

  private static Sample randomCrop(Sample sample, int width, int height, Random random) {
    // Negative origins are what padding both sides by all that is missing comes to.
    int y = origin(sample.image().height() - height, random);
    int x = origin(sample.image().width() - width, random);
    return new Sample(
        sample.id(),
        crop(sample.image(), y, x, height, width),
        sample.labels().map(labels -> crop(labels, y, x, height, width)));
  }

  private static int origin(int room, Random random) {
    return room >= 0 ? random.nextInt(room + 1) : -random.nextInt(-room + 1);
  }

  private static Image crop(Image image, int top, int left, int height, int width) {
    byte[] out = new byte[height * width * 3];
    copyWindow(image.rgb(), image.height(), image.width(), out, top, left, height, width, 3);
    return new Image(height, width, out);
  }

  private static LabelMap crop(LabelMap labels, int top, int left, int height, int width) {
    byte[] out = new byte[height * width];
    Arrays.fill(out, (byte) LabelSpace.IGNORE);
    copyWindow(
        labels.trainIds(), labels.height(), labels.width(), out, top, left, height, width, 1);
    return new LabelMap(height, width, out);
  }

  private static void copyWindow(
      byte[] in,
      int inHeight,
      int inWidth,
      byte[] out,
      int top,
      int left,
      int height,
      int width,
      int channels) {
    int firstX = Math.max(left, 0);
    int endX = Math.min(left + width, inWidth);
    for (int y = Math.max(top, 0); y < Math.min(top + height, inHeight); y++) {
      System.arraycopy(
          in,
          (y * inWidth + firstX) * channels,
          out,
          ((y - top) * width + firstX - left) * channels,
          (endX - firstX) * channels);
    }
  }

  private static Sample flip(Sample sample) {
    Image image = sample.image();
    byte[] rgb = mirrored(image.rgb(), image.height(), image.width(), 3);
    return new Sample(
        sample.id(),
        new Image(image.height(), image.width(), rgb),
        sample
            .labels()
            .map(
                map ->
                    new LabelMap(
                        map.height(),
                        map.width(),
                        mirrored(map.trainIds(), map.height(), map.width(), 1))));
  }

  private static byte[] mirrored(byte[] data, int height, int width, int channels) {
    byte[] out = new byte[data.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from = (y * width + x) * channels;
        int to = (y * width + width - 1 - x) * channels;
        for (int c = 0; c < channels; c++) {
          out[to + c] = data[from + c];
        }
      }
    }
    return out;
  }
}
