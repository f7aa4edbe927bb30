package org.crossfade.benchmark;

import java.util.Optional;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.weights.FormulaWeights;

/**
 * As many samples as a stream's batch, of the stream's size and of noise that a program in another
 * language can make too.
 *
 * <p>With u = {@link FormulaWeights#uniform}: byte j of image i is ⌊128·(u_j + 1)⌋, u named {@code
 * STREAM.i.image}, in the order [H, W, RGB]; pixel j of label map i is ⌊(K + 1)·(u_j + 1)/2⌋, u
 * named {@code STREAM.i.labels}, where the value K stands for 255, a pixel without a label.
 *
 * @param stream name of the stream
 * @param width in pixels
 * @param height in pixels
 * @param size N
 * @param labelSpace K classes
 * @param seed of the formula
 */
record FormulaDataset(
    String stream, int width, int height, int size, LabelSpace labelSpace, long seed)
    implements Dataset {

  /** Returns the samples of {@code request}. */
  static FormulaDataset of(StreamRequest request, LabelSpace labelSpace, long seed) {
    PixelSize size = request.size();
    return new FormulaDataset(
        request.name(), size.width(), size.height(), request.batch(), labelSpace, seed);
  }

  @Override
  public String name() {
    return "formula";
  }

  @Override
  public String split() {
    return stream;
  }

  @Override
  public String id(int index) {
    return stream + "." + index;
  }

  @Override
  public Sample read(int index) {
    return new Sample(id(index), readImage(index), Optional.of(readLabels(index)));
  }

  @Override
  public Image readImage(int index) {
    float[] u = FormulaWeights.uniform(id(index) + ".image", height * width * 3, seed);
    byte[] rgb = new byte[u.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (128 * (u[i] + 1.0));
    }
    return new Image(height, width, rgb);
  }

  @Override
  public LabelMap readLabels(int index) {
    float[] u = FormulaWeights.uniform(id(index) + ".labels", height * width, seed);
    byte[] trainIds = new byte[u.length];
    for (int i = 0; i < trainIds.length; i++) {
      int value = (int) ((labelSpace.classes() + 1) * (u[i] + 1.0) / 2);
      trainIds[i] = (byte) (value == labelSpace.classes() ? LabelSpace.IGNORE : value);
    }
    return new LabelMap(height, width, trainIds);
  }

  @Override
  public boolean labelled() {
    return true;
  }

  @Override
  public String fingerprint() {
    return "formula-%s-%dx%dx%d-%d-%d"
        .formatted(stream, size, width, height, labelSpace.classes(), seed);
  }
}
