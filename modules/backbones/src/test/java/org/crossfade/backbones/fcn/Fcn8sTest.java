package org.crossfade.backbones.fcn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Floats;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.ImportedWeights;
import org.crossfade.backbones.WeightImport;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.method.Domain;
import org.crossfade.core.nn.Dropout;
import org.crossfade.core.nn.Prediction;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.WeightFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class Fcn8sTest {
  private static final int K = 5;

  @ParameterizedTest
  @CsvSource({"0, 134353017", "1, 134391737"})
  void publishedNetworksTrainAsManyNumbersAsTheOfficialOnes(int separateBlocks, long elements) {
    var network = Fcn8s.of(Fcn8sOptions.published(separateBlocks), 19);

    assertThat(elements(network.parameters())).isEqualTo(elements);
  }

  /** S@k: the ways part at the image and meet behind block k; S@5 never meets. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void separateBlocksAreReachedByTheirOwnDomainOnly(int separateBlocks) {
    var network = Fcn8s.of(small(separateBlocks), K);
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Parameters weights = new VariableStore(tf, 1).declare("n", network.parameters());
      Set<String> source = reached(tf, network.through(Domain.SOURCE), weights);
      Set<String> target = reached(tf, network.through(Domain.TARGET), weights);
      var shared = new TreeSet<>(source);
      shared.retainAll(target);
      var all = new TreeSet<>(source);
      all.addAll(target);

      assertThat(all).containsExactlyInAnyOrderElementsOf(weights.names());
      assertThat(shared.size()).isEqualTo(separateBlocks == 5 ? 0 : sharedTensors(separateBlocks));
      assertThat(shared).noneMatch(name -> name.contains("x1") || name.contains("x2"));
      assertThat(source).noneMatch(name -> name.contains("x2"));
      assertThat(target).noneMatch(name -> name.contains("x1"));
    }
  }

  private static int sharedTensors(int separateBlocks) {
    int[] convolutions = {2, 2, 3, 3, 3};
    int shared = 5;
    for (int block = separateBlocks; block < 5; block++) {
      shared += convolutions[block];
    }
    return 2 * shared;
  }

  @Test
  void rectifiedScoresAreNowhereNegativeAndChangeNothingElse() {
    var network = Fcn8s.of(small(0), K).withDropout(Dropout.elements(0));
    try (var graph = new Graph();
        var session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      var store = new VariableStore(tf, 1);
      Parameters weights = store.declare("n", network.parameters());
      store.initialize(session);
      var random = weights.select(name -> name.startsWith("score"));
      var drawn =
          weights.with(
              random.map(
                  (name, value) ->
                      tf.random.statelessRandomNormal(
                          tf.constant(value.shape().asArray()),
                          tf.constant(new long[] {3, name.length()}))));
      Prediction plain = network.forward(Forward.inference(tf), drawn, images(tf));
      Prediction cut =
          network.withRectifiedScores(true).forward(Forward.inference(tf), drawn, images(tf));

      assertThat(fetch(session, plain.stages().get("score"))).anyMatch(z -> z < 0);
      assertThat(fetch(session, cut.stages().get("score")))
          .containsExactlyElementsOf(
              fetch(session, plain.stages().get("score")).stream()
                  .map(z -> Math.max(z, 0))
                  .toList());
      assertThat(fetch(session, cut.logits())).allMatch(z -> z >= 0);
      assertThat(fetch(session, cut.features())).isEqualTo(fetch(session, plain.features()));
    }
  }

  @Test
  void dropoutOfChannelsDropsThemWholeAndKeepsTheMean() {
    try (var graph = new Graph();
        var session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> ones = tf.fill(tf.constant(new int[] {1, 3, 5, 400}), tf.constant(1f));
      var pass = Forward.training(tf, "n", tf.constant(new long[] {1, 2}));
      List<Float> channels = fetch(session, Dropout.channels(0.5).apply(pass, "a", ones));
      List<Float> elements = fetch(session, Dropout.elements(0.25).apply(pass, "a", ones));

      assertThat(channels).containsOnly(0f, 2f);
      for (int cell = 1; cell < 15; cell++) {
        assertThat(channels.subList(400 * cell, 400 * (cell + 1)))
            .isEqualTo(channels.subList(0, 400));
      }
      assertThat(elements.subList(0, 400)).isNotEqualTo(elements.subList(400, 800));
      assertThat(mean(channels)).isBetween(0.8, 1.2);
      assertThat(mean(elements)).isBetween(0.95, 1.05);
      assertThat(Dropout.channels(0.5).apply(Forward.inference(tf), "a", ones)).isSameAs(ones);
    }
  }

  @Test
  void layersOfOnePassDropDifferentChannels() {
    try (var graph = new Graph();
        var session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> ones = tf.fill(tf.constant(new int[] {1, 1, 1, 400}), tf.constant(1f));
      var pass = Forward.training(tf, "n", tf.constant(new long[] {1, 2}));
      Dropout dropout = Dropout.channels(0.5);

      assertThat(fetch(session, dropout.apply(pass, "a", ones)))
          .isNotEqualTo(fetch(session, dropout.apply(pass, "b", ones)))
          .isEqualTo(fetch(session, dropout.apply(pass, "a", ones)));
    }
  }

  @Test
  void imagesTooSmallForFc6AreRefusedWithWhatToDo() {
    var network = Fcn8s.of(new Fcn8sOptions(4, 0, 7, 0, 0), K);
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Parameters weights = new VariableStore(tf, 1).declare("n", network.parameters());

      assertThatThrownBy(() -> network.forward(Forward.inference(tf), weights, images(tf)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("fc6 sees 3x2 cells and its kernel has 7x7")
          .hasMessageContaining("set fc6-padding");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 7, 0, 0, width",
    "4, 6, 7, 0, 0, separate-blocks",
    "4, 0, 0, 0, 0, fc6-kernel",
    "4, 0, 3, 3, 0, fc6-padding",
    "4, 0, 7, 0, 1, dropout",
  })
  void optionsOutOfRangeAreRefusedWithTheirName(
      int width, int blocks, int kernel, int padding, double dropout, String name) {
    assertThatThrownBy(() -> new Fcn8sOptions(width, blocks, kernel, padding, dropout))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name);
  }

  /** As MetaPix's code: both stems are VGG's first block, the scores its first classes. */
  @Test
  void vggFillsBothStemsTheFullyConnectedLayersAndTheScores() {
    var network = Fcn8s.of(new Fcn8sOptions(1, 1, 7, 0, 0.5), K);
    var file = new LinkedHashMap<String, NamedTensor>();
    int[][] sequence = {
      {0, 3, 1},
      {2, 1, 1},
      {5, 1, 2},
      {7, 2, 2},
      {10, 2, 4},
      {12, 4, 4},
      {14, 4, 4},
      {17, 4, 8},
      {19, 8, 8},
      {21, 8, 8},
      {24, 8, 8},
      {26, 8, 8},
      {28, 8, 8},
    };
    for (int[] layer : sequence) {
      put(file, "features." + layer[0], layer[2], layer[1], 3, 3);
    }
    put(file, "classifier.0", 64, 8 * 49);
    put(file, "classifier.3", 64, 64);
    put(file, "classifier.6", 1000, 64);

    ImportedWeights weights = WeightImport.match(Path.of("vgg16.pth"), Map.of("", file), network);

    assertThat(weights.skipped()).isEmpty();
    assertThat(weights.missing())
        .containsExactlyInAnyOrder(
            "score_pool4.weight", "score_pool4.bias", "score_pool3.weight", "score_pool3.bias");
    for (String stem : List.of("conv1x1_2", "conv1x2_2")) {
      assertThat(weights.used().get(stem + ".weight").toFloats())
          .isEqualTo(file.get("features.2.weight").toFloats());
    }
    assertThat(weights.used().get("fc6.weight").shape()).containsExactly(64, 8, 7, 7);
    assertThat(weights.used().get("score.bias").toFloats())
        .containsExactly(Arrays.copyOf(file.get("classifier.6.bias").toFloats(), K));
    assertThat(weights.used().get("score.weight").toFloats())
        .containsExactly(Arrays.copyOf(file.get("classifier.6.weight").toFloats(), K * 64));
  }

  @Test
  void theVggThatWasConvertedFromCaffeIsRefusedByTheNamesOfItsFullyConnectedLayers() {
    var file = new LinkedHashMap<String, NamedTensor>();
    put(file, "features.0", 1, 3, 3, 3);
    put(file, "classifier.1", 64, 8 * 49);
    put(file, "classifier.4", 64, 64);

    assertThatThrownBy(
            () ->
                WeightImport.match(
                    Path.of("vgg16.pth"),
                    Map.of("", file),
                    Fcn8s.of(new Fcn8sOptions(1, 0, 7, 0, 0.5), K)))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("converted from Caffe")
        .hasMessageContaining("vgg16-397923af.pth");
  }

  private static void put(Map<String, NamedTensor> file, String layer, int outputs, int... rest) {
    int size = outputs;
    long[] shape = new long[rest.length + 1];
    shape[0] = outputs;
    for (int i = 0; i < rest.length; i++) {
      shape[i + 1] = rest[i];
      size *= rest[i];
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i;
    }
    file.put(layer + ".weight", NamedTensor.of(layer + ".weight", values, shape));
    file.put(
        layer + ".bias", NamedTensor.of(layer + ".bias", Arrays.copyOf(values, outputs), outputs));
  }

  private static Set<String> reached(Ops tf, Fcn8s network, Parameters weights) {
    Prediction prediction = network.forward(Forward.inference(tf), weights, images(tf));
    Operand<TFloat32> sum = tf.reduceSum(prediction.logits(), tf.constant(new int[] {0, 1, 2, 3}));
    return new GradientTape(tf).gradientWhereConnected(sum, weights).names();
  }

  private static Operand<TFloat32> images(Ops tf) {
    return tf.math.mul(
        tf.random.statelessRandomNormal(
            tf.constant(new int[] {1, 36, 70, 3}), tf.constant(new long[] {5, 6})),
        tf.constant(64f));
  }

  private static Fcn8sOptions small(int separateBlocks) {
    return new Fcn8sOptions(4, separateBlocks, 3, 1, 0.5);
  }

  private static long elements(List<ParameterSpec> specs) {
    return specs.stream().mapToLong(spec -> spec.shape().size()).sum();
  }

  private static double mean(List<Float> values) {
    return values.stream().collect(Collectors.averagingDouble(Float::doubleValue));
  }

  private static List<Float> fetch(Session session, Operand<TFloat32> value) {
    try (var result = session.runner().fetch(value).run()) {
      float[] values = new float[(int) result.get(0).shape().size()];
      ((TFloat32) result.get(0)).asRawTensor().data().asFloats().read(values);
      return Floats.asList(values);
    }
  }
}
