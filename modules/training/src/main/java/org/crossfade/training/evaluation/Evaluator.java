package org.crossfade.training.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.label.ClassGroup;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.Inference;
import org.crossfade.core.metric.ConfusionMatrix;
import org.crossfade.core.metric.PlaneEmbedding;
import org.crossfade.core.metric.SegmentationScores;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.datasets.decoding.Prefetcher;
import org.crossfade.datasets.file.LabelPictures;
import org.crossfade.datasets.transform.NearestResize;
import org.crossfade.datasets.transform.SampleTransforms;
import org.crossfade.training.options.RunOptions;
import org.crossfade.training.run.SamplePictures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.Session;

/**
 * Evaluates a network on labelled samples. The image is resized as the method says; the prediction
 * has the size of the sample's own labels, which are not resized unless the method says so.
 */
public final class Evaluator {
  private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);

  private record Input(Sample sample, Sample resized) {}

  private final Dataset dataset;
  private final RunOptions options;
  private final InferenceGraph graph;
  private final BooleanSupplier stopped;

  /** Prepares the evaluation of a network on {@code dataset}, which is labelled. */
  public Evaluator(Dataset dataset, RunOptions options, InferenceGraph graph) {
    this(dataset, options, graph, () -> false);
  }

  private Evaluator(
      Dataset dataset, RunOptions options, InferenceGraph graph, BooleanSupplier stopped) {
    this.dataset = dataset;
    this.options = options;
    this.graph = graph;
    this.stopped = stopped;
  }

  /** Returns an evaluation that ends with a {@link CancellationException} when it is asked to. */
  public Evaluator stoppedBy(BooleanSupplier signal) {
    return new Evaluator(dataset, options, graph, signal);
  }

  /**
   * Returns the scores over the whole data set.
   *
   * @param phase for the result
   * @param iteration for the result
   * @param last whether this is the phase's last evaluation, which also measures class center
   *     distances and draws features by t-SNE where the options ask for them
   * @param pictures folder for a few samples as pictures: image, labels, prediction
   * @throws DataException if no pixel is of a class, so that there is no score
   */
  public EvaluationResult evaluate(
      Session session, String phase, long iteration, boolean last, Path pictures)
      throws IOException {
    LabelSpace space = dataset.labelSpace();
    var matrix = new ConfusionMatrix(space.classes(), LabelSpace.IGNORE);
    Metrics metrics = Metrics.begin(space, last);
    long started = System.nanoTime();
    try (var pool = new DecodingPool(options.decodingThreads());
        var inputs = open(pool)) {
      while (inputs.hasNext()) {
        requireGoingOn(stopped);
        long index = inputs.position();
        Input input = inputs.next();
        LabelMap labels = input.sample().labels().orElseThrow();
        LabelMap predicted =
            graph.predict(session, input.resized().image(), labels.height(), labels.width());
        matrix.add(labels.trainIds(), predicted.trainIds());
        metrics.image(labels.trainIds(), predicted.trainIds(), labels.height(), labels.width());
        if (index < options.sampleImages()) {
          draw(pictures, phase, iteration, input.sample(), labels, predicted, space);
        }
      }
    }
    requireScored(matrix);
    double seconds = (System.nanoTime() - started) / 1e9;
    Optional<ClassDistances> distances =
        last
            ? features(session, metrics, SamplePictures.features(pictures, phase))
            : Optional.empty();
    return result(
        phase, iteration, matrix, distances, metrics.measured(), dataset.size() / seconds);
  }

  /** A mean over no class is no number, and must not stand where one is expected. */
  private void requireScored(ConfusionMatrix matrix) {
    if (matrix.total() == 0) {
      throw new DataException(
          "nothing can be scored on %s: no pixel of its %d label files is of a class; all are ignored."
                  .formatted(dataset, dataset.size())
              + " Are the label files those of this kind of data set, and of these classes?");
    }
  }

  /** What the last evaluation of a phase says about features, as far as the options ask for it. */
  private Optional<ClassDistances> features(Session session, Metrics metrics, Path picture)
      throws IOException {
    var cells = new FeatureCells(session, graph, dataset, options.decodingThreads(), stopped);
    LabelSpace space = dataset.labelSpace();
    Optional<PlaneEmbedding> embedding = embedding(options.featureMapCells());
    int drawn = embedding.isPresent() ? options.featureMapCells() : 0;
    var sample = new FeatureSample(space.classes(), cells.channels(), drawn, options.seed());
    BiConsumer<float[], int[]> seen = metrics::features;
    if (drawn > 0) {
      seen = seen.andThen(sample::add);
    }
    Optional<ClassDistances> distances = Optional.empty();
    if (options.classCenterDistance()) {
      distances = Optional.of(ClassDistances.measure(cells, seen));
    } else if (drawn > 0 || metrics.readFeatures()) {
      cells.forEach(seen);
    }
    if (embedding.isPresent()) {
      Optional<Image> map = FeatureMap.of(sample, space, embedding.get());
      if (map.isPresent()) {
        LabelPictures.writeImage(picture, map.get());
      }
    }
    return distances;
  }

  /** Returns what draws features, if any are to be drawn and it is on the class path. */
  private static Optional<PlaneEmbedding> embedding(int cells) {
    if (cells == 0) {
      return Optional.empty();
    }
    Optional<PlaneEmbedding> found = ServiceLoader.load(PlaneEmbedding.class).findFirst();
    if (found.isEmpty()) {
      LOG.warn(
          "run.feature-map-cells = {}: features are not drawn, since nothing on the class path does"
              + " it; org.crossfade:crossfade-tsne has t-SNE",
          cells);
    }
    return found;
  }

  /**
   * Checks a signal between two images.
   *
   * @throws CancellationException if it says to stop
   */
  static void requireGoingOn(BooleanSupplier stopped) {
    if (stopped.getAsBoolean()) {
      throw new CancellationException("the evaluation was stopped");
    }
  }

  private Prefetcher<Input> open(DecodingPool pool) {
    Inference inference = graph.inference();
    return new Prefetcher<>(
        pool,
        at -> {
          Sample sample = dataset.read((int) at);
          var image = new Sample(sample.id(), sample.image(), Optional.empty());
          return new Input(scored(sample), SampleTransforms.apply(inference.resizing(), image, 0));
        },
        0,
        dataset.size(),
        4);
  }

  /** The sample with the labels that count. */
  private Sample scored(Sample sample) {
    Inference inference = graph.inference();
    return inference.scoresAtTestSize()
        ? new Sample(
            sample.id(),
            sample.image(),
            sample
                .labels()
                .map(
                    labels ->
                        NearestResize.CENTRE.resize(labels, inference.width(), inference.height())))
        : sample;
  }

  private EvaluationResult result(
      String phase,
      long iteration,
      ConfusionMatrix matrix,
      Optional<ClassDistances> distances,
      Map<String, Double> metrics,
      double imagesPerSecond) {
    LabelSpace space = dataset.labelSpace();
    var scores = new SegmentationScores(matrix, options.absentClasses());
    Map<String, Double> iou = named(space, scores.iou());
    var groups = new LinkedHashMap<String, Double>();
    for (ClassGroup group : space.groups()) {
      double mean = scores.meanIou(group.ids());
      if (Double.isFinite(mean)) {
        groups.put(group.title(), mean);
      }
    }
    var confusion = new ArrayList<List<Long>>();
    for (int label = 0; label < space.classes(); label++) {
      var row = new ArrayList<Long>();
      for (int prediction = 0; prediction < space.classes(); prediction++) {
        row.add(matrix.count(label, prediction));
      }
      confusion.add(row);
    }
    return new EvaluationResult(
        phase,
        iteration,
        dataset.size(),
        scores.meanIou(),
        iou,
        groups,
        scores.pixelAccuracy(),
        confusion,
        distances.map(d -> named(space, d.perClass())).orElse(Map.of()),
        distances.map(ClassDistances::mean),
        distances.map(ClassDistances::calinskiHarabasz).filter(Double::isFinite),
        distances.map(ClassDistances::daviesBouldin).filter(Double::isFinite),
        imagesPerSecond,
        metrics);
  }

  private static Map<String, Double> named(LabelSpace space, double[] values) {
    var named = new LinkedHashMap<String, Double>();
    for (int k = 0; k < values.length; k++) {
      if (Double.isFinite(values[k]) && values[k] >= 0) {
        named.put(space.className(k), values[k]);
      }
    }
    return named;
  }

  private static void draw(
      Path folder,
      String phase,
      long iteration,
      Sample sample,
      LabelMap labels,
      LabelMap predicted,
      LabelSpace space)
      throws IOException {
    Files.createDirectories(folder.resolve(phase));
    LabelPictures.writeImage(folder.resolve(sample.id() + "-image.png"), sample.image());
    LabelPictures.writeImage(
        folder.resolve(sample.id() + "-labels.png"), LabelPictures.colours(labels, space));
    Image colours = LabelPictures.colours(predicted, space);
    LabelPictures.writeImage(folder.resolve(phase).resolve(sample.id() + ".png"), colours);
    if (iteration > 0) {
      LabelPictures.writeImage(
          SamplePictures.at(folder, phase, iteration).resolve(sample.id() + ".png"), colours);
    }
  }
}
