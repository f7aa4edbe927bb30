package org.crossfade.training.evaluation;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.metric.ClassCenterDistance;
import org.crossfade.core.metric.ClassCenters;
import org.crossfade.core.metric.ClassSpread;
import org.crossfade.core.metric.ClusterIndices;
import org.crossfade.datasets.stream.DecodingPool;
import org.crossfade.datasets.stream.Prefetcher;
import org.crossfade.datasets.transform.NearestResize;
import org.crossfade.datasets.transform.SampleTransforms;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * FADA's class center distance (equation 9) of a network's features on labelled samples, and the
 * indices of Calinski and Harabasz and of Davies and Bouldin that PiXL compares: two passes, every
 * feature cell is a sample, its label the ground truth at the cell.
 *
 * <p>The paper takes 2,000 random samples of both domains and does not say what a sample is; here
 * all cells of the validation images of the target domain count.
 */
final class ClassDistances {
  private record Input(Sample image, LabelMap labels) {}

  private final ClassSpread spread;
  private final ClassCenterDistance distance;

  private ClassDistances(ClassSpread spread) {
    this.spread = spread;
    this.distance = new ClassCenterDistance(spread);
  }

  static ClassDistances measure(
      Session session,
      InferenceGraph graph,
      Dataset dataset,
      int threads,
      BooleanSupplier stopped) {
    var centers =
        new ClassCenters(dataset.labelSpace().classes(), channels(graph), LabelSpace.IGNORE);
    pass(session, graph, dataset, threads, stopped, centers::add);
    var spread = new ClassSpread(centers);
    pass(session, graph, dataset, threads, stopped, spread::add);
    return new ClassDistances(spread);
  }

  double[] perClass() {
    return distance.perClass();
  }

  double calinskiHarabasz() {
    return ClusterIndices.calinskiHarabasz(spread);
  }

  double daviesBouldin() {
    return ClusterIndices.daviesBouldin(spread);
  }

  double mean() {
    return distance.mean();
  }

  private static int channels(InferenceGraph graph) {
    return (int) graph.prediction().features().shape().get(3);
  }

  private static void pass(
      Session session,
      InferenceGraph graph,
      Dataset dataset,
      int threads,
      BooleanSupplier stopped,
      BiConsumer<float[], int[]> consumer) {
    Operand<TFloat32> features = graph.prediction().features();
    int h = (int) features.shape().get(1);
    int w = (int) features.shape().get(2);
    float[] values = new float[h * w * channels(graph)];
    int[] labels = new int[h * w];
    try (var pool = new DecodingPool(threads);
        var inputs =
            new Prefetcher<Input>(
                pool, at -> read(graph, dataset, (int) at, h, w), 0, dataset.size(), 4)) {
      while (inputs.hasNext()) {
        Evaluator.requireGoingOn(stopped);
        Input input = inputs.next();
        try (TUint8 image = InferenceGraph.tensor(input.image().image());
            var result = session.runner().feed(graph.image(), image).fetch(features).run()) {
          ((TFloat32) result.get(0)).asRawTensor().data().asFloats().read(values);
        }
        for (int i = 0; i < labels.length; i++) {
          labels[i] = input.labels().trainIds()[i] & 0xFF;
        }
        consumer.accept(values, labels);
      }
    }
  }

  private static Input read(InferenceGraph graph, Dataset dataset, int index, int h, int w) {
    Sample sample = dataset.read(index);
    var resize = new SampleTransform.Resize(graph.inference().width(), graph.inference().height());
    var image = new Sample(sample.id(), sample.image(), Optional.empty());
    return new Input(
        SampleTransforms.apply(List.of(resize), image, 0),
        NearestResize.FLOOR.resize(sample.labels().orElseThrow(), w, h));
  }
}
