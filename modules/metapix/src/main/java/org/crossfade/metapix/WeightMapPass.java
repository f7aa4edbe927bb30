package org.crossfade.metapix;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.crossfade.backbones.fcn.Fcn8s;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.method.ArtefactWriter;
import org.crossfade.core.method.DatasetPass;
import org.crossfade.core.method.DatasetPass.PassGraph;
import org.crossfade.core.method.DatasetPass.PassSink;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.recipes.ImageStream;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Draws the weights of the first source images (figure 3): {@code ID-image.png}, {@code
 * ID-weights.png} with black for 0 and white for 1, and {@code ID-contrast.png}, where black is the
 * image's lowest weight and white its highest.
 */
final class WeightMapPass {
  private static final String STREAM = Domain.SOURCE.stream();
  private static final String IMAGE = "image";
  private static final String WEIGHTS = "weights";
  private static final int WHITE = 255;

  private WeightMapPass() {}

  /**
   * Returns the pass.
   *
   * @param network tells how images are normalised
   * @param start where φ comes from
   * @param samples of how many images, at least 1
   * @param size of the images that φ learned from
   */
  static DatasetPass phase(
      String name,
      Fcn8s network,
      SourceWeighting weighting,
      InitialWeights start,
      int samples,
      ImageStream size) {
    var request =
        new StreamRequest(
            STREAM,
            Domain.SOURCE,
            1,
            List.of(new SampleTransform.Resize(size.width(), size.height())),
            StreamRequest.Sampling.SEQUENTIAL,
            StreamRequest.Labels.GROUND_TRUTH);
    return new DatasetPass(
        name,
        request,
        Map.of(PairStep.WEIGHTING, start),
        OptionalInt.of(samples),
        context -> graph(context, network, weighting));
  }

  private static PassGraph graph(StepContext context, Fcn8s network, SourceWeighting weighting) {
    var tf = context.tf();
    var weights =
        weighting.weights(
            tf,
            context.parameters(PairStep.WEIGHTING, weighting.parameters()),
            network.normalisation().apply(tf, context.images(STREAM)),
            context.labels(STREAM));
    return new PassGraph(
        Map.of(IMAGE, tf.identity(context.images(STREAM)), WEIGHTS, weights), Pictures::new);
  }

  /** Writes each image's pictures as they come. */
  private record Pictures(ArtefactWriter writer) implements PassSink {
    @Override
    public void accept(String id, Map<String, Tensor> outputs) throws IOException {
      TFloat32 map = (TFloat32) outputs.get(WEIGHTS);
      int height = (int) map.shape().get(1);
      int width = (int) map.shape().get(2);
      float[] weights = new float[height * width];
      map.asRawTensor().data().asFloats().read(weights);
      byte[] rgb = new byte[3 * weights.length];
      ((TUint8) outputs.get(IMAGE)).asRawTensor().data().read(rgb);
      writer.picture(id + "-image", new Image(height, width, rgb));
      writer.picture(id + "-weights", grey(weights, height, width, 0, 1));
      float lowest = 1;
      float highest = 0;
      for (float weight : weights) {
        lowest = Math.min(lowest, weight);
        highest = Math.max(highest, weight);
      }
      writer.picture(id + "-contrast", grey(weights, height, width, lowest, highest));
    }

    @Override
    public void finish() {}
  }

  /** Returns a picture in which {@code black} is black and {@code white} is white. */
  static Image grey(float[] values, int height, int width, float black, float white) {
    byte[] rgb = new byte[3 * values.length];
    float range = white > black ? white - black : 1;
    for (int i = 0; i < values.length; i++) {
      float share = Math.min(1, Math.max(0, (values[i] - black) / range));
      byte level = (byte) Math.round(WHITE * share);
      rgb[3 * i] = level;
      rgb[3 * i + 1] = level;
      rgb[3 * i + 2] = level;
    }
    return new Image(height, width, rgb);
  }
}
