package org.crossfade.training.evaluation;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.datasets.decoding.Prefetcher;
import org.crossfade.datasets.transform.NearestResize;
import org.crossfade.datasets.transform.SampleTransforms;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * The feature cells of a network on labelled samples, each with the ground truth at its place.
 *
 * @param session runs the network
 * @param graph the network
 * @param dataset labelled samples
 * @param threads that decode
 * @param stopped asked between two images
 */
record FeatureCells(
    Session session, InferenceGraph graph, Dataset dataset, int threads, BooleanSupplier stopped) {
  private record Input(Sample image, LabelMap labels) {}

  /** Returns the number of channels, C. */
  int channels() {
    return (int) features().shape().get(3);
  }

  /**
   * Hands over every image's cells: features, [h·w, C] row-major, and labels, [h·w], train ids and
   * 255. The arrays are the same for all images.
   */
  void forEach(BiConsumer<float[], int[]> consumer) {
    int h = (int) features().shape().get(1);
    int w = (int) features().shape().get(2);
    float[] values = new float[h * w * channels()];
    int[] labels = new int[h * w];
    try (var pool = new DecodingPool(threads);
        var inputs =
            new Prefetcher<Input>(pool, at -> read((int) at, h, w), 0, dataset.size(), 4)) {
      while (inputs.hasNext()) {
        Evaluator.requireGoingOn(stopped);
        Input input = inputs.next();
        try (TUint8 image = InferenceGraph.tensor(input.image().image());
            var result = session.runner().feed(graph.image(), image).fetch(features()).run()) {
          ((TFloat32) result.get(0)).asRawTensor().data().asFloats().read(values);
        }
        for (int i = 0; i < labels.length; i++) {
          labels[i] = input.labels().trainIds()[i] & 0xFF;
        }
        consumer.accept(values, labels);
      }
    }
  }

  private Operand<TFloat32> features() {
    return graph.prediction().features();
  }

  private Input read(int index, int h, int w) {
    Sample sample = dataset.read(index);
    var image = new Sample(sample.id(), sample.image(), Optional.empty());
    return new Input(
        SampleTransforms.apply(graph.inference().resizing(), image, 0),
        NearestResize.FLOOR.resize(sample.labels().orElseThrow(), w, h));
  }
}
