package org.crossfade.core;

import static org.crossfade.core.optim.Adam.Decay.COUPLED;
import static org.crossfade.core.optim.Adam.Decay.DECOUPLED;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.primitives.Floats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.nn.Resize;
import org.crossfade.core.optim.Adam;
import org.crossfade.core.optim.Optimizer;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.core.optim.Schedule;
import org.crossfade.core.optim.Sgd;
import org.crossfade.core.optim.UpdateContext;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** Optimizers, schedules and transforms against PyTorch, mmcv and the papers' code. */
class CoreParityTest {
  private static final String UPDATE = "update";

  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(CoreParityTest.class)
        .claim("transform.upsample_bilinear", this::upsample)
        .claim("transform.normalize", this::normalize)
        .claim("schedule.poly", this::poly)
        .claim("schedule.linear_warmup_poly", this::warmup)
        .claim("optimizer.sgd", this::sgd)
        .claim("optimizer.sgd_repeated", this::sgdRepeated)
        .claim("optimizer.adam", (c, expected) -> adam(c, expected, COUPLED))
        .claim("optimizer.adamw", (c, expected) -> adam(c, expected, DECOUPLED))
        .tests();
  }

  private void upsample(ParityCase c, Expected expected) {
    int height = c.param("height").asInt();
    int width = c.param("width").asInt();
    try (var graph = new ScratchGraph()) {
      var x = graph.constant(c.floats("x"), c.shape("x"));
      expected.check(
          "y",
          graph.fetch(
              c.param("align_corners").asBoolean()
                  ? Resize.bilinear(graph.tf(), x, height, width)
                  : Resize.bilinearHalfPixel(graph.tf(), x, height, width)));
    }
  }

  private void normalize(ParityCase c, Expected expected) {
    var normalisation =
        Normalisation.valueOf(c.param("pipeline").asText().toUpperCase(Locale.ROOT));
    try (var graph = new ScratchGraph()) {
      Operand<TUint8> image =
          graph.tf().dtypes.cast(graph.constant(c.ints("image"), c.shape("image")), TUint8.class);
      expected.check("normalized", graph.fetch(normalisation.apply(graph.tf(), image)));
    }
  }

  private void poly(ParityCase c, Expected expected) {
    expected.check("lr", rates(c, polyOf(c).times(c.param("multiplier").asDouble())));
  }

  private void warmup(ParityCase c, Expected expected) {
    var schedule =
        new Schedule.LinearWarmup(
            polyOf(c), c.param("warmup_iters").asLong(), c.param("warmup_ratio").asDouble());
    expected.check("lr", rates(c, schedule));
  }

  private static Schedule polyOf(ParityCase c) {
    return new Schedule.Poly(
        c.param("base_lr").asDouble(),
        c.param("power").asDouble(),
        c.param("max_iter").asLong(),
        c.param("min_lr").asDouble());
  }

  private static double[] rates(ParityCase c, Schedule schedule) {
    return Arrays.stream(c.ints("iteration")).mapToDouble(schedule::rateAt).toArray();
  }

  private void sgd(ParityCase c, Expected expected) {
    var optimizer = new Sgd(c.param("momentum").asDouble(), c.param("weight_decay").asDouble());
    var whole = new Tracked("w", Floats.asList(c.floats("param0")), c.param("repeats").asInt());
    var run = run(optimizer, List.of(whole), c.floats("grads"), c.doubles("lr"), "momentum");
    expected.check("params", Floats.toArray(run.parameters()));
    expected.check("momentum_buffer", run.last().get("momentum"));
  }

  private void sgdRepeated(ParityCase c, Expected expected) {
    var optimizer =
        new Sgd(
            c.param("momentum").asDouble(),
            c.param("weight_decay").asDouble(),
            Sgd.FirstStep.valueOf(c.param("sgd_first_step").asText().toUpperCase(Locale.ROOT)));
    int[] repeats = c.ints("repeats");
    List<Float> start = Floats.asList(c.floats("param0"));
    int length = start.size() / repeats.length;
    var rows = new ArrayList<Tracked>();
    for (int i = 0; i < repeats.length; i++) {
      List<Float> row = start.subList(i * length, (i + 1) * length);
      rows.add(new Tracked("w" + i, row, repeats[i]));
    }
    double[] rates = new double[c.param("iterations").asInt()];
    Arrays.fill(rates, c.param("lr").asDouble());
    var run = run(optimizer, rows, c.floats("gradient"), rates, "momentum");
    expected.check("param", Floats.toArray(run.parameters()));
    expected.check("buffer", Floats.toArray(run.slots()));
  }

  private void adam(ParityCase c, Expected expected, Adam.Decay decay) {
    JsonNode betas = c.param("betas");
    var optimizer =
        new Adam(
            betas.get(0).asDouble(),
            betas.get(1).asDouble(),
            c.param("eps").asDouble(),
            c.param("weight_decay").asDouble(),
            decay);
    var whole = new Tracked("w", Floats.asList(c.floats("param0")), 1);
    var run = run(optimizer, List.of(whole), c.floats("grads"), c.doubles("lr"), "m", "v");
    expected.check("params", Floats.toArray(run.parameters()));
    expected.check("exp_avg", run.last().get("m"));
    expected.check("exp_avg_sq", run.last().get("v"));
  }

  /** A variable, its start, and how often a step moves it. */
  private record Tracked(String name, List<Float> start, int repeats) {}

  /** Parameters and the first slot after every step, and all slots at the end. */
  private record Run(List<Float> parameters, List<Float> slots, Map<String, float[]> last) {}

  /** Runs compiled steps of the loss Σ w·g, whose gradient is g. */
  private static Run run(
      Optimizer optimizer,
      List<Tracked> tracked,
      float[] gradients,
      double[] rates,
      String... slots) {
    try (var graph = new ScratchGraph()) {
      Ops tf = graph.tf();
      var groups = new ArrayList<ParameterGroup>();
      var feeds = new ArrayList<Operand<TFloat32>>();
      Operand<TFloat32> loss = tf.constant(0f);
      for (Tracked t : tracked) {
        Shape shape = Shape.of(t.start().size());
        var w = graph.store().create(ParameterSpec.weight(t.name(), shape, Initializer.zeros()));
        var g = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
        feeds.add(g);
        loss = tf.math.add(loss, tf.reduceSum(tf.math.mul(w.snapshot(), g), tf.constant(0)));
        Schedule schedule = i -> rates[(int) i];
        groups.add(new ParameterGroup(t.name(), NamePattern.of(t.name()), schedule, t.repeats()));
      }
      var update = new Update(UPDATE, List.of(new LossTerm("loss", 1, loss)), groups, optimizer);
      var context = new StepContext(tf, graph.store(), List.of());
      var step = CompiledStep.compile(context, context.step("step", List.of(), List.of(update)));
      graph.store().initialize(graph.session());
      tracked.forEach(t -> graph.assign(t.name(), Floats.toArray(t.start())));
      var parameters = new ArrayList<Float>();
      var firstSlots = new ArrayList<Float>();
      int read = 0;
      for (int i = 0; i < rates.length; i++) {
        var fed = new HashMap<Operand<TFloat32>, TFloat32>();
        for (int k = 0; k < tracked.size(); k++) {
          int length = tracked.get(k).start().size();
          float[] g = Arrays.copyOfRange(gradients, read, read + length);
          fed.put(feeds.get(k), ScratchGraph.tensor(g, length));
          read += length;
        }
        step.run(graph.session(), fed, i);
        fed.values().forEach(TFloat32::close);
        for (Tracked t : tracked) {
          parameters.addAll(Floats.asList(graph.fetch(t.name())));
          firstSlots.addAll(Floats.asList(slot(graph, slots[0], t.name())));
        }
      }
      var last = new HashMap<String, float[]>();
      for (String kind : slots) {
        last.put(kind, slot(graph, kind, tracked.get(0).name()));
      }
      return new Run(parameters, firstSlots, last);
    }
  }

  private static float[] slot(ScratchGraph graph, String kind, String name) {
    return graph.fetch(UpdateContext.slotName(UPDATE, kind, name));
  }
}
