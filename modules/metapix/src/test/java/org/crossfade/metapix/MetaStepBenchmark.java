package org.crossfade.metapix;

import com.google.common.base.Joiner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.TensorLayout;
import org.crossfade.backbones.fcn.Fcn8s;
import org.crossfade.backbones.fcn.Fcn8sOptions;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.Domain;
import org.crossfade.core.nn.Dropout;
import org.crossfade.training.run.PeakMemory;
import org.crossfade.weights.FormulaWeights;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/**
 * Times the meta-gradient of FCN-8s against a forward and backward pass of the same network; see
 * {@code tools/bench}. Weights and images follow the formula that the peer follows too. Nothing is
 * updated and nothing dropped.
 *
 * <p>Arguments: the work ({@code one-image}, {@code pair}, {@code second-order}, {@code
 * directional}), height, width, fc6's padding, threads, iterations, the seed, and a file for the
 * figures.
 */
public final class MetaStepBenchmark {
  private static final int CLASSES = 19;
  private static final double ALPHA = 1e-4;

  private final Ops tf;
  private final VariableStore store;
  private final Fcn8s network;
  private final WeightingNetwork weighting =
      new WeightingNetwork(new WeightingNetwork.Options(WeightingNetwork.Kind.PIXEL, 64), CLASSES);
  private final int height;
  private final int width;
  private final long seed;

  private MetaStepBenchmark(Ops tf, int height, int width, int padding, long seed) {
    this.tf = tf;
    this.store = new VariableStore(tf, 0);
    this.network =
        Fcn8s.of(new Fcn8sOptions(64, 1, 7, padding, 0), CLASSES).withDropout(Dropout.elements(0));
    this.height = height;
    this.width = width;
    this.seed = seed;
  }

  /** What one iteration computes. */
  private record Work(Map<String, Operand<TFloat32>> reported, List<Operand<TFloat32>> computed) {}

  /** Runs one work. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 8) {
      throw new IllegalArgumentException(
          "expected WORK HEIGHT WIDTH FC6-PADDING THREADS ITERATIONS SEED FILE, found "
              + List.of(arguments));
    }
    int threads = Integer.parseInt(arguments[4]);
    int iterations = Integer.parseInt(arguments[5]);
    var config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(threads)
            .setInterOpParallelismThreads(threads)
            .build();
    try (var graph = new Graph();
        var session = new Session(graph, config)) {
      var benchmark =
          new MetaStepBenchmark(
              Ops.create(graph),
              Integer.parseInt(arguments[1]),
              Integer.parseInt(arguments[2]),
              Integer.parseInt(arguments[3]),
              Long.parseLong(arguments[6]));
      Work work = benchmark.work(arguments[0]);
      benchmark.assignFormula(session);
      String values = run(session, work, /* report= */ true);
      boolean fresh = PeakMemory.forget();
      var seconds = new ArrayList<Double>();
      for (int i = 0; i < iterations; i++) {
        long start = System.nanoTime();
        run(session, work, /* report= */ false);
        seconds.add((System.nanoTime() - start) / 1e9);
      }
      long peak = fresh ? PeakMemory.bytes().orElse(0) : 0;
      System.out.printf(
          Locale.ROOT, "%s: %s s, peak %d MB%n", arguments[0], seconds, peak / 1000000);
      Files.writeString(
          Path.of(arguments[7]),
          "{\"values\": {%s}, \"seconds\": %s, \"peakBytes\": %d}%n"
              .formatted(values, seconds, peak));
    }
  }

  private Work work(String name) {
    return switch (name) {
      case "one-image" -> forwardBackward(List.of(Domain.SOURCE));
      case "pair" -> forwardBackward(List.of(Domain.SOURCE, Domain.TARGET));
      case "second-order" -> meta(MetaGradient.Mode.SECOND_ORDER);
      case "directional" -> meta(MetaGradient.Mode.DIRECTIONAL);
      default -> throw new IllegalArgumentException("no work '" + name + "'");
    };
  }

  private Work forwardBackward(List<Domain> domains) {
    Parameters theta = store.declare("segmenter", network.parameters());
    Operand<TFloat32> loss = tf.constant(0f);
    for (Domain domain : domains) {
      MetaGradient.Batch batch = batch(domain, network.through(domain));
      loss =
          tf.math.add(
              loss, TargetLoss.LABELLED_MEAN.of(tf, batch.predict(theta).logits(), batch.labels()));
    }
    Parameters gradients = new GradientTape(tf).gradientWhereConnected(loss, theta);
    return new Work(Map.of("loss", loss), gradients.values());
  }

  private Work meta(MetaGradient.Mode mode) {
    Parameters theta = store.declare("segmenter", network.parameters());
    Parameters phi = store.declare("weighting", weighting.parameters());
    var meta =
        MetaGradient.of(
            tf,
            mode,
            batch(Domain.SOURCE, network.through(Domain.SOURCE)),
            batch(Domain.TARGET, network.withRectifiedScores(true)),
            theta,
            weighting,
            phi,
            ALPHA,
            TargetLoss.LABELLED_MEAN);
    Parameters gradients = new GradientTape(tf).gradient(meta.objective(), phi);
    var reported = new LinkedHashMap<String, Operand<TFloat32>>();
    reported.put("source", meta.sourceLoss());
    reported.put("target", meta.objective());
    gradients
        .select(name -> name.endsWith("weight"))
        .asMap()
        .forEach((name, gradient) -> reported.put("gradient." + name, norm(gradient)));
    return new Work(reported, gradients.values());
  }

  private Operand<TFloat32> norm(Operand<TFloat32> x) {
    Operand<TFloat32> flat = tf.reshape(x, tf.constant(new int[] {-1}));
    return tf.math.sqrt(tf.reduceSum(tf.math.square(flat), tf.constant(0)));
  }

  private MetaGradient.Batch batch(Domain domain, Fcn8s way) {
    String stream = domain.name().toLowerCase(Locale.ROOT);
    float[] u = FormulaWeights.uniform(stream + ".0.image", height * width * 3, seed);
    int[] rgb = new int[u.length];
    for (int i = 0; i < u.length; i++) {
      rgb[i] = (int) (128 * (u[i] + 1.0));
    }
    u = FormulaWeights.uniform(stream + ".0.labels", height * width, seed);
    int[] ids = new int[u.length];
    for (int i = 0; i < u.length; i++) {
      int id = (int) ((CLASSES + 1) * (u[i] + 1.0) / 2);
      ids[i] = id == CLASSES ? LabelSpace.IGNORE : id;
    }
    Operand<TInt32> image =
        tf.reshape(tf.constant(rgb), tf.constant(new int[] {1, height, width, 3}));
    return new MetaGradient.Batch(
        Forward.inference(tf),
        way,
        network.normalisation().apply(tf, tf.dtypes.cast(image, TUint8.class)),
        tf.reshape(tf.constant(ids), tf.constant(new int[] {1, height, width})),
        way.fullyConnected());
  }

  private void assignFormula(Session session) {
    var formula = new FormulaWeights("", seed);
    for (Variable variable : store.variables()) {
      String published = variable.name().substring(variable.name().indexOf('.') + 1);
      long[] shape = TensorLayout.toPytorch(variable.shape());
      try (TFloat32 value = TensorLayout.toTensorFlow(formula.values(published, shape), shape)) {
        store.assign(session, new HashMap<>(Map.of(variable.name(), value)));
      }
    }
  }

  private static String run(Session session, Work work, boolean report) {
    var runner = session.runner();
    work.computed().forEach(runner::addTarget);
    if (report) {
      work.reported().values().forEach(runner::fetch);
    }
    var values = new ArrayList<String>();
    try (var result = runner.run()) {
      int i = 0;
      for (String name : report ? work.reported().keySet() : List.<String>of()) {
        values.add("\"%s\": %s".formatted(name, ((TFloat32) result.get(i++)).getFloat()));
      }
    }
    return Joiner.on(", ").join(values);
  }
}
