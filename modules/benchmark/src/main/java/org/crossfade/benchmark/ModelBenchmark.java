package org.crossfade.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.crossfade.backbones.ImportedWeights;
import org.crossfade.backbones.WeightImport;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.evaluation.Evaluator;
import org.crossfade.training.evaluation.InferenceGraph;
import org.crossfade.training.options.RunOptions;
import org.crossfade.training.session.PhaseSession;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * What a method's network takes when it is asked: a forward pass, an evaluation of a data set, the
 * import of published weights. Its weights follow a formula; see {@link PhaseBenchmark}.
 */
public final class ModelBenchmark {
  private final String name;
  private final AdaptationMethod method;
  private final RunOptions run;
  private final long formulaSeed;

  /**
   * Prepares a benchmark.
   *
   * @param name of the method
   * @param method whose segmenter and inference are measured
   * @param run threads
   * @param formulaSeed of weights and images
   */
  public ModelBenchmark(String name, AdaptationMethod method, RunOptions run, long formulaSeed) {
    this.name = name;
    this.method = method;
    this.run = run;
    this.formulaSeed = formulaSeed;
  }

  /**
   * Measures the forward pass of one image of the size that the method evaluates at, normalisation
   * included, up to the logits at the network's own resolution. Says their mean square and their
   * maximum.
   *
   * @param warmUp iterations that are run before and not counted, at least 0
   * @param iterations that are counted, at least 1
   * @return seconds of each iteration, the two figures, and the most memory
   * @throws IOException if the image cannot be read
   */
  public BenchmarkResult forward(int warmUp, int iterations) throws IOException {
    Inference inference = method.inference();
    SegmentationNetwork network = method.segmenter();
    try (var session =
        new PhaseSession(run.seed(), run.threads(), run.onDevice(), run.precision(), List.of())) {
      Ops tf = session.tf();
      var parameters = session.context().parameters(TrainingPhase.SEGMENTER, network);
      var formula =
          new FormulaDataset(
              "source",
              inference.width(),
              inference.height(),
              1,
              LabelSpace.of(network.classes()),
              formulaSeed);
      try (TUint8 pixels = InferenceGraph.tensor(formula.readImage(0))) {
        var image = tf.placeholder(TUint8.class, Placeholder.shape(pixels.shape()));
        Operand<TFloat32> logits =
            network
                .forward(
                    Forward.inference(tf), parameters, network.normalisation().apply(tf, image))
                .logits();
        var all = tf.constant(new int[] {0, 1, 2, 3});
        Operand<TFloat32> square = tf.math.mean(tf.math.square(logits), all);
        Operand<TFloat32> maximum = tf.reduceMax(logits, all);
        start(session);
        return Timed.measure(
            name,
            "forward",
            1,
            warmUp,
            iterations,
            () -> {
              var runner = session.session().runner().feed(image, pixels);
              try (var result = runner.fetch(square).fetch(maximum).run()) {
                return Map.of(
                    "mean-square",
                    ((TFloat32) result.get(0)).getFloat(),
                    "max",
                    ((TFloat32) result.get(1)).getFloat());
              }
            });
      }
    }
  }

  /**
   * Measures evaluations of a whole data set as a run makes them: decoding, resizing, the network,
   * upsampling, arg-max, the confusion matrix. Says mIoU and the accuracy of the pixels.
   *
   * @param dataset labelled
   * @param warmUp evaluations that are made before and not counted, at least 0
   * @param iterations evaluations that are counted, at least 1
   * @return seconds of each evaluation, the two scores, and the most memory
   * @throws IOException if an image or a label map cannot be read
   */
  public BenchmarkResult evaluation(Dataset dataset, int warmUp, int iterations)
      throws IOException {
    SegmentationNetwork network = method.segmenter();
    try (var session =
        new PhaseSession(run.seed(), run.threads(), run.onDevice(), run.precision(), List.of())) {
      var parameters = session.context().parameters(TrainingPhase.SEGMENTER, network);
      var graph = new InferenceGraph(session.tf(), network, parameters, method.inference());
      start(session);
      var evaluator = new Evaluator(dataset, run, graph);
      return Timed.measure(
          name,
          "evaluation",
          dataset.size(),
          warmUp,
          iterations,
          () -> {
            EvaluationResult result =
                evaluator.evaluate(session.session(), "evaluation", 0, false, Path.of("pictures"));
            return Map.of(
                "miou", (float) result.miou(), "pixel-accuracy", (float) result.pixelAccuracy());
          });
    }
  }

  /**
   * Measures reading published weights into the network's variables, from opening the file on. Says
   * how many values were used, in millions, and their mean square.
   *
   * @param file of published weights
   * @param warmUp iterations that are run before and not counted, at least 0
   * @param iterations that are counted, at least 1
   * @return seconds of each iteration, the two figures, and the most memory
   * @throws IOException if the file cannot be read
   */
  public BenchmarkResult weightImport(Path file, int warmUp, int iterations) throws IOException {
    SegmentationNetwork network = method.segmenter();
    try (var session =
        new PhaseSession(run.seed(), run.threads(), run.onDevice(), run.precision(), List.of())) {
      session.context().parameters(TrainingPhase.SEGMENTER, network);
      session.variables().initialize(session.session());
      BenchmarkResult measured =
          Timed.measure(
              name,
              "import",
              1,
              warmUp,
              iterations,
              () -> {
                ImportedWeights imported = WeightImport.read(file, network);
                imported.assign(session.variables(), session.session(), TrainingPhase.SEGMENTER);
                return Map.of();
              });
      return measured.showing(content(session, WeightImport.read(file, network)));
    }
  }

  /** What the variables that a file has values of hold now. */
  private static Map<String, Float> content(PhaseSession phase, ImportedWeights imported) {
    Session.Runner runner = phase.session().runner();
    imported
        .used()
        .keySet()
        .forEach(
            variable ->
                runner.fetch(
                    phase.variables().get(TrainingPhase.SEGMENTER + "." + variable).snapshot()));
    double squares = 0;
    long count = 0;
    try (var result = runner.run()) {
      for (int i = 0; i < result.size(); i++) {
        TFloat32 values = (TFloat32) result.get(i);
        var data = values.asRawTensor().data().asFloats();
        for (long k = 0; k < data.size(); k++) {
          double value = data.getFloat(k);
          squares += value * value;
        }
        count += data.size();
      }
    }
    return Map.of("values", count / 1e6f, "mean-square", (float) (squares / count));
  }

  private void start(PhaseSession session) {
    FormulaVariables.assign(session, formulaSeed);
  }
}
