package org.crossfade.recipes.selftraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.ScratchGraph;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.optim.Adam;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.recipes.TransformerOptimizer;
import org.crossfade.recipes.WarmupDecay;
import org.crossfade.recipes.augmentation.GaussianBlur;
import org.crossfade.recipes.augmentation.StrongAugmentation;
import org.crossfade.recipes.loss.FeatureDistance;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** Teacher, pseudo labels, mixing, augmentation and optimizer of DACS, DAFormer and HRDA. */
class SelfTrainingParityTest {
  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(SelfTrainingParityTest.class)
        .claim("ema.teacher", (c, expected) -> teacher(c, expected, "iterations", "teachers"))
        .claim("ema.update", (c, expected) -> teacher(c, expected, "iteration", "teacher"))
        .claim("loss.feature_distance", this::featureDistance)
        .claim("optimizer.param_groups", this::parameterGroups)
        .claim("pseudo_labels.daformer", this::pseudoLabels)
        .claim("schedule.hrda", this::schedule)
        .claim("transform.classmix", this::classMix)
        .claim("transform.color_jitter", this::colorJitter)
        .claim("transform.gaussian_blur", this::gaussianBlur)
        .tests();
  }

  private void teacher(ParityCase c, Expected expected, String iterations, String teachers) {
    try (var graph = new ScratchGraph()) {
      Ops tf = graph.tf();
      var average = new MeanTeacher(c.param("alpha").asDouble());
      int updates = (int) c.shape("students")[0];
      long[] all = c.shape("students");
      long[] shape = Arrays.copyOfRange(all, 1, all.length);
      Operand<TFloat32> students = graph.constant(c.floats("students"), c.shape("students"));
      String first = c.hasInput("teacher0") ? "teacher0" : "teacher_before";
      var teacher =
          Parameters.of(
              Map.of(
                  "w",
                  c.hasInput(first)
                      ? graph.constant(c.floats(first), shape)
                      : tf.fill(tf.constant(shape), tf.constant(0f))));
      var rates = new ArrayList<Operand<TFloat64>>();
      var rows = new ArrayList<Operand<TFloat32>>();
      for (int i = 0; i < updates; i++) {
        Operand<TInt64> iteration = tf.constant((long) c.ints(iterations)[i]);
        Operand<TFloat64> rate = average.rate(tf, iteration);
        var student =
            Parameters.of(Map.of("w", tf.gather(students, tf.constant(i), tf.constant(0))));
        teacher = average.next(tf, rate, teacher, student);
        rates.add(rate);
        rows.add(teacher.get("w"));
      }
      expected.check("alpha", doubles(graph, tf.stack(rates)));
      expected.check(teachers, graph.fetch(tf.stack(rows)));
    }
  }

  private void featureDistance(ParityCase c, Expected expected) {
    try (var graph = new ScratchGraph()) {
      Ops tf = graph.tf();
      var distance = new FeatureDistance(ids(c, "thing_classes"), c.param("min_ratio").asDouble());
      long[] shape = c.shape("feature");
      assertThat(c.shape("label")[1]).isEqualTo(shape[1] * c.param("cell").asLong());
      Operand<TFloat32> feature = graph.constant(c.floats("feature"), shape);
      Operand<TInt32> label = graph.constant(c.ints("label"), c.shape("label"));
      Operand<TInt32> cells = distance.cellClasses(tf, label, (int) shape[1], (int) shape[2]);
      Operand<TFloat32> loss =
          tf.math.mul(
              distance.apply(
                  tf, feature, graph.constant(c.floats("feature_imagenet"), shape), label),
              tf.constant((float) c.param("loss_weight").asDouble()));
      expected.check("label_rescaled", ints(graph, cells));
      expected.check("mask", ints(graph, tf.dtypes.cast(distance.mask(tf, cells), TInt32.class)));
      expected.check("loss", graph.fetch(loss));
      expected.check(
          "grad_feature",
          graph.fetch(
              new GradientTape(tf).gradient(loss, Parameters.of(Map.of("f", feature))).get("f")));
    }
  }

  private void parameterGroups(ParityCase c, Expected expected) {
    List<String> names = new ArrayList<>();
    c.param("names").forEach(name -> names.add(name.asText()));
    assertThat(c.ints("index")).hasSize(names.size());
    var keys = c.param("custom_keys");
    var options =
        new TransformerOptimizer(
            c.param("base_lr").asDouble(),
            keys.path("head").path("lr_mult").asDouble(1),
            c.param("base_weight_decay").asDouble(),
            keys.path("norm").path("decay_mult").asDouble(1),
            c.param("betas").get(0).asDouble(),
            c.param("betas").get(1).asDouble());
    var specs =
        names.stream()
            .map(name -> ParameterSpec.weight(name, Shape.of(1), Initializer.zeros()))
            .toList();
    List<ParameterGroup> groups =
        options.groups("segmenter", specs, new WarmupDecay(1, 1, 0, 0, 1));
    double[] rates = new double[names.size()];
    double[] decays = new double[names.size()];
    for (int i = 0; i < rates.length; i++) {
      String name = "segmenter." + names.get(i);
      var mine = groups.stream().filter(g -> g.parameters().test(name)).toList();
      assertThat(mine).as(name).hasSize(1);
      rates[i] = mine.get(0).schedule().rateAt(0);
      decays[i] =
          ((Adam) options.optimizer().withDecayFactor(mine.get(0).decayFactor())).weightDecay();
    }
    expected.check("lr", rates);
    expected.check("weight_decay", decays);
  }

  private void pseudoLabels(ParityCase c, Expected expected) {
    try (var graph = new ScratchGraph()) {
      Ops tf = graph.tf();
      long[] shape = c.shape("teacher_logits");
      var pseudo =
          PseudoLabels.of(
              tf,
              graph.constant(c.floats("teacher_logits"), shape),
              c.param("threshold").asDouble());
      Operand<TFloat32> trusted =
          PseudoLabels.trustedRows(
              tf,
              shape,
              c.params().path("ignore_top").asInt(0),
              c.params().path("ignore_bottom").asInt(0));
      if (c.hasInput("valid_mask")) {
        trusted =
            tf.math.mul(trusted, graph.constant(c.floats("valid_mask"), c.shape("valid_mask")));
      }
      expected.check("pseudo_label", ints(graph, pseudo.labels()));
      expected.check("q", doubles(graph, pseudo.confidentShare()));
      expected.check("pseudo_weight", graph.fetch(pseudo.weights(tf, trusted)));
    }
  }

  private void schedule(ParityCase c, Expected expected) {
    var decay =
        new WarmupDecay(
            c.param("max_iterations").asLong(),
            c.param("power").asDouble(),
            c.param("min_lr").asDouble(),
            c.param("warmup_iterations").asLong(),
            c.param("warmup_ratio").asDouble());
    var rates = new ArrayList<Double>();
    for (int iteration : c.ints("iterations")) {
      c.param("base_lr").forEach(base -> rates.add(decay.from(base.asDouble()).rateAt(iteration)));
    }
    expected.check("lr", rates.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private void classMix(ParityCase c, Expected expected) {
    try (var graph = new ScratchGraph()) {
      Ops tf = graph.tf();
      long[] images = c.shape("source_image");
      long[] maps = c.shape("source_label");
      var mix =
          new ClassMix(
              ClassMix.Scope.valueOf(c.param("class_scope").asText().toUpperCase(Locale.ROOT)));
      Operand<TInt32> sourceLabels = graph.constant(c.ints("source_label"), maps);
      Operand<TFloat32> present = mix.present(tf, sourceLabels);
      Operand<TInt32> ids =
          tf.reshape(
              tf.dtypes.cast(
                  tf.where(tf.gather(present, tf.constant(0), tf.constant(0))), TInt32.class),
              tf.constant(new int[] {-1}));
      var mixed =
          ClassMix.mix(
              tf,
              ClassMix.chosen(
                  tf, graph.constant(c.ints("chosen_classes"), c.shape("chosen_classes"))),
              new ClassMix.Scenes(
                  graph.constant(c.floats("source_image"), images),
                  sourceLabels,
                  tf.onesLike(graph.constant(c.floats("pseudo_weight"), maps))),
              new ClassMix.Scenes(
                  graph.constant(c.floats("target_image"), images),
                  graph.constant(c.ints("pseudo_label"), maps),
                  graph.constant(c.floats("pseudo_weight"), maps)));
      expected.check("present_classes", ints(graph, ids));
      expected.check("n_chosen", ints(graph, ClassMix.drawn(tf, present))[0]);
      expected.check("mix_mask", ints(graph, tf.dtypes.cast(mixed.mask(), TInt32.class)));
      expected.check("mixed_image", graph.fetch(mixed.scenes().images()));
      expected.check("mixed_label", ints(graph, mixed.scenes().labels()));
      expected.check("mixed_weight", graph.fetch(mixed.scenes().weights()));
    }
  }

  private void colorJitter(ParityCase c, Expected expected) {
    for (int channel = 0; channel < 3; channel++) {
      double[] mean = {0.485, 0.456, 0.406};
      double[] deviation = {0.229, 0.224, 0.225};
      assertThat(c.param("mean").get(channel).asDouble() / 255)
          .isCloseTo(mean[channel], offset(1e-6));
      assertThat(c.param("std").get(channel).asDouble() / 255)
          .isCloseTo(deviation[channel], offset(1e-6));
    }
    try (var graph = new ScratchGraph()) {
      var augmentation = new StrongAugmentation(c.param("threshold").asDouble(), 0.2, 1, 1, 1);
      expected.check(
          "jittered_image",
          graph.fetch(
              augmentation.jitter(
                  graph.tf(),
                  graph.constant(c.floats("image"), c.shape("image")),
                  Normalisation.TORCHVISION,
                  graph.tf().constant((float) c.param("coin").asDouble()),
                  graph.constant(c.floats("factors"), c.shape("factors")),
                  graph.constant(c.ints("order"), c.shape("order")))));
    }
  }

  private void gaussianBlur(ParityCase c, Expected expected) {
    double[] sigma = c.doubles("sigma");
    double largest = Arrays.stream(sigma).max().orElseThrow();
    long[] shape = c.shape("image");
    expected.check(
        "kernel_size",
        GaussianBlur.kernelSize((int) shape[1]),
        GaussianBlur.kernelSize((int) shape[2]));
    try (var graph = new ScratchGraph()) {
      var augmentation =
          new StrongAugmentation(1, 0, c.param("threshold").asDouble(), largest, largest);
      expected.check(
          "blurred_image",
          graph.fetch(
              augmentation.blur(
                  graph.tf(),
                  graph.constant(c.floats("image"), shape),
                  graph.tf().constant((float) c.param("coin").asDouble()),
                  graph.constant(c.floats("sigma"), c.shape("sigma")))));
    }
  }

  private static List<Integer> ids(ParityCase c, String option) {
    var ids = new ArrayList<Integer>();
    c.param(option).forEach(id -> ids.add(id.asInt()));
    return ids;
  }

  private static int[] ints(ScratchGraph graph, Operand<TInt32> value) {
    try (var result = graph.session().runner().fetch(value).run()) {
      TInt32 tensor = (TInt32) result.get(0);
      int[] values = new int[(int) tensor.size()];
      tensor.asRawTensor().data().asInts().read(values);
      return values;
    }
  }

  private static double[] doubles(ScratchGraph graph, Operand<TFloat64> value) {
    try (var result = graph.session().runner().fetch(value).run()) {
      TFloat64 tensor = (TFloat64) result.get(0);
      double[] values = new double[(int) tensor.size()];
      tensor.asRawTensor().data().asDoubles().read(values);
      return values;
    }
  }
}
