package org.crossfade.baselines;

import com.google.common.primitives.Doubles;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.daformer.DaformerMitOptions;
import org.crossfade.backbones.encoderdecoder.DecoderOptions;
import org.crossfade.backbones.hrda.HrdaOptions;
import org.crossfade.core.data.Margins;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.nn.SlidingWindow;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.methodtest.CaseGraph;
import org.crossfade.methodtest.SampledTensors;
import org.crossfade.recipes.InputSize;
import org.crossfade.recipes.LabelledCrops;
import org.crossfade.recipes.TransformerOptimizer;
import org.crossfade.recipes.UnlabelledCrops;
import org.crossfade.recipes.WarmupDecay;
import org.crossfade.recipes.augmentation.StrongAugmentation;
import org.crossfade.recipes.loss.MultiResolutionLoss;
import org.crossfade.recipes.selftraining.ClassMix;
import org.crossfade.recipes.selftraining.MeanTeacher;
import org.crossfade.recipes.selftraining.SelfTraining;
import org.crossfade.recipes.selftraining.SelfTrainingStep;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/** Whole iterations of HRDA against the official code. */
class SelfTrainingStepParityTest {
  private static final Map<String, List<Integer>> MIT_LAYERS =
      Map.of(
          "b0", List.of(2, 2, 2, 2),
          "b1", List.of(2, 2, 2, 2),
          "b2", List.of(3, 4, 6, 3),
          "b3", List.of(3, 4, 18, 3),
          "b4", List.of(3, 8, 27, 3),
          "b5", List.of(3, 6, 40, 3));

  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(SelfTrainingStepParityTest.class)
        .claim("step.hrda_uda", this::hrda)
        .tests();
  }

  private void hrda(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      Ops tf = graph.tf();
      SegmentationNetwork network = SelfTraining.trained(network(c));
      SelfTraining recipe = recipe(c);
      Operand<TInt32> boxes = graph.intsOfIteration("crop_box");
      Operand<TFloat32> trusted = tf.dtypes.cast(graph.ints("valid_mask"), TFloat32.class);
      var built =
          SelfTrainingStep.build(
              graph.context(),
              network,
              recipe,
              new SelfTrainingStep.Images(
                  images(graph, "source_image"),
                  graph.intsOfIteration("source_label"),
                  Optional.of(images(graph, "target_image")),
                  Optional.of(trusted)),
              new SelfTrainingStep.Choices(
                  Optional.of(ClassMix.chosen(tf, graph.intsOfIteration("chosen_classes"))),
                  Optional.of(corner(tf, boxes, 0)),
                  Optional.of(corner(tf, boxes, 1))),
              passes -> SelfTrainingStep.Addition.none());
      CompiledStep compiled = graph.compile(built.step());
      graph.initialize();
      graph.assign(TrainingPhase.SEGMENTER, c.weights("weights"));
      graph.assign(SelfTraining.REFERENCE, c.weights("imagenet_weights"));
      new Iterations(c, expected, graph, built, compiled).run();
    }
  }

  private static Operand<TFloat32> images(CaseGraph graph, String field) {
    return Normalisation.TORCHVISION.apply(
        graph.tf(), graph.tf().dtypes.cast(graph.intsOfIteration(field), TUint8.class));
  }

  /** y1 and x1 of one of two boxes. */
  private static Operand<TInt32> corner(Ops tf, Operand<TInt32> boxes, int which) {
    Operand<TInt32> box = tf.gather(boxes, tf.constant(which), tf.constant(0));
    return tf.gather(box, tf.constant(new int[] {0, 2}), tf.constant(0));
  }

  private static SegmentationNetwork network(ParityCase c) {
    String encoder = c.param("encoder").asText();
    var window =
        new SlidingWindow(
            c.param("hr_window").get(0).asInt(),
            c.param("hr_window").get(1).asInt(),
            c.param("hr_slide_stride").get(0).asInt(),
            c.param("hr_slide_stride").get(1).asInt());
    var inner =
        new DaformerMitOptions(
            MIT_LAYERS.get(encoder),
            encoder.equals("b0") ? 32 : 64,
            c.param("drop_path").asDouble(),
            new DecoderOptions(256, List.of(1, 6, 12, 18), c.param("dropout").asDouble()));
    return new HrdaOptions(inner, window, 256, /* classwiseAttention= */ true)
        .create(c.param("classes").asInt());
  }

  private static SelfTraining recipe(ParityCase c) {
    long[] shape = c.shape("source_image");
    var crop = new InputSize((int) shape[3], (int) shape[2]);
    int batch = (int) shape[1];
    double lambda = c.param("lambda_hr").asDouble();
    double decay = c.param("weight_decay").asDouble();
    List<Integer> things = new ArrayList<>();
    c.param("thing_classes").forEach(id -> things.add(id.asInt()));
    return new SelfTraining(
        SelfTraining.Setting.ADAPTATION,
        c.param("iterations").asLong(),
        new WarmupDecay(
            c.param("max_iterations").asLong(),
            c.param("power").asDouble(),
            c.param("min_lr").asDouble(),
            c.param("warmup_iterations").asLong(),
            c.param("warmup_ratio").asDouble()),
        new LabelledCrops(batch, crop, crop, 1, 0, Optional.empty(), Optional.empty()),
        new UnlabelledCrops(batch, crop, crop, 0, new Margins(0, 0, 0, 0)),
        new TransformerOptimizer(
            c.param("base_lr").asDouble(),
            c.param("head_lr_mult").asDouble(),
            decay,
            decay == 0 ? 1 : c.param("norm_weight_decay").asDouble() / decay,
            c.param("betas").get(0).asDouble(),
            c.param("betas").get(1).asDouble()),
        new MeanTeacher(c.param("alpha").asDouble()),
        new SelfTraining.PseudoLabelling(c.param("pseudo_threshold").asDouble(), 0, 0),
        new ClassMix(ClassMix.Scope.BATCH),
        StrongAugmentation.none(),
        new SelfTraining.Reference(
            c.param("lambda_fd").asDouble(), Optional.of(things), c.param("min_ratio").asDouble()),
        Optional.of(new MultiResolutionLoss(1 - lambda, lambda, 0)),
        Inference.singleScale(1, 1));
  }

  /** The iterations of a case, and what is compared. */
  private record Iterations(
      ParityCase parityCase,
      Expected expected,
      CaseGraph graph,
      SelfTrainingStep built,
      CompiledStep compiled) {

    void run() {
      var names = new ArrayList<String>();
      parityCase.param("parameter_names").forEach(name -> names.add(name.asText()));
      Map<String, double[]> start = values(TrainingPhase.SEGMENTER, names);
      var q = new ArrayList<Double>();
      var rates = new ArrayList<Double>();
      var weights = new ArrayList<Double>();
      var histogram = new ArrayList<Integer>();
      int iterations = parityCase.param("iterations").asInt();
      for (int t = 0; t < iterations; t++) {
        graph.iteration(t);
        q.addAll(
            Doubles.asList(graph.doubles(built.pseudoLabels().orElseThrow().confidentShare())));
        weights.add(mean(graph.value(graph.tf().identity(built.mixed().orElseThrow().weights()))));
        histogram.addAll(counted(graph.integers(built.pseudoLabels().orElseThrow().labels())));
        for (ParameterGroup group : compiled.groups()) {
          rates.add(group.schedule().rateAt(t));
        }
        if (t == 0) {
          checkLosses("losses_first");
          checkGradients("grad_l2_first", names);
        }
        if (t == iterations - 1) {
          checkLosses("losses_last");
          checkGradients("grad_l2_last", names);
        }
        graph.run(compiled, t);
      }
      // The variables hold the teacher that the last iteration has used.
      Map<String, double[]> teacher = values(SelfTraining.TEACHER, names);
      expected.check("q", Doubles.toArray(q));
      expected.check("lr", Doubles.toArray(rates));
      expected.check("mixed_weight_mean", Doubles.toArray(weights));
      expected.check("pseudo_label_histogram", Ints.toArray(histogram));
      checkTensors("student", names, values(TrainingPhase.SEGMENTER, names), start);
      checkTensors("teacher", names, teacher, start);
      checkBuffers();
    }

    private void checkLosses(String field) {
      var terms = compiled.step().updates().get(0).terms();
      var losses = new LinkedHashMap<String, Operand<TFloat32>>();
      terms.forEach(term -> losses.put(term.name(), term.value()));
      Map<String, float[]> values = graph.values(losses);
      expected.check(
          field, terms.stream().mapToDouble(t -> t.weight() * values.get(t.name())[0]).toArray());
    }

    private void checkGradients(String field, List<String> names) {
      Parameters gradients = compiled.gradients(SelfTrainingStep.UPDATE);
      var selected = new LinkedHashMap<String, Operand<TFloat32>>();
      names.forEach(
          name -> selected.put(name, gradients.get(TrainingPhase.SEGMENTER + "." + name)));
      Map<String, float[]> values = graph.values(selected);
      expected.check(
          field, names.stream().mapToDouble(name -> norm(wide(values.get(name)))).toArray());
    }

    private void checkTensors(
        String who, List<String> names, Map<String, double[]> now, Map<String, double[]> start) {
      var delta = new LinkedHashMap<String, double[]>();
      for (String name : names) {
        double[] difference = now.get(name).clone();
        for (int i = 0; i < difference.length; i++) {
          difference[i] -= start.get(name)[i];
        }
        delta.put(name, difference);
      }
      List<List<Integer>> positions =
          SampledTensors.of(parityCase, "parameter_names", "sample_index").positions();
      expected.check(who + "_samples", samples(names, positions, now));
      expected.check(who + "_l2", names.stream().mapToDouble(n -> norm(now.get(n))).toArray());
      expected.check(who + "_delta_samples", samples(names, positions, delta));
      expected.check(
          who + "_delta_l2", names.stream().mapToDouble(n -> norm(delta.get(n))).toArray());
    }

    private void checkBuffers() {
      var names = new ArrayList<String>();
      parityCase.param("buffer_names").forEach(name -> names.add(name.asText()));
      Map<String, double[]> buffers = values(TrainingPhase.SEGMENTER, names);
      int columns = (int) expected.shape("student_buffer_samples")[1];
      var samples = new ArrayList<Double>();
      for (String name : names) {
        double[] buffer = buffers.get(name);
        for (int i = 0; i < columns; i++) {
          samples.add(buffer[i * buffer.length / columns]);
        }
      }
      expected.check("student_buffer_samples", Doubles.toArray(samples));
    }

    private Map<String, double[]> values(String role, List<String> names) {
      Parameters parameters = graph.parameters(role).select(names::contains);
      var wide = new LinkedHashMap<String, double[]>();
      graph.values(parameters.asMap()).forEach((name, values) -> wide.put(name, wide(values)));
      return wide;
    }

    private static double[] samples(
        List<String> names, List<List<Integer>> positions, Map<String, double[]> values) {
      var samples = new ArrayList<Double>();
      for (int k = 0; k < names.size(); k++) {
        double[] tensor = values.get(names.get(k));
        positions.get(k).forEach(position -> samples.add(tensor[position]));
      }
      return Doubles.toArray(samples);
    }

    private static List<Integer> counted(int[] labels) {
      int[] counts = new int[19];
      for (int label : labels) {
        counts[label]++;
      }
      return Ints.asList(counts);
    }

    private static double mean(float[] values) {
      double sum = 0;
      for (float value : values) {
        sum += value;
      }
      return sum / values.length;
    }

    private static double norm(double[] values) {
      double squares = 0;
      for (double value : values) {
        squares += value * value;
      }
      return Math.sqrt(squares);
    }

    private static double[] wide(float[] values) {
      double[] wide = new double[values.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = values[i];
      }
      return wide;
    }
  }
}
