package org.crossfade.training.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.data.Image;
import org.crossfade.core.method.Inference;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.evaluation.InferenceGraph;
import org.crossfade.training.evaluation.TrainedModel;
import org.crossfade.training.loop.Experiment;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/** What leaves the house answers as the network inside does. */
class SavedModelFormatTest {
  private static final int WIDTH = 64;
  private static final int HEIGHT = 32;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiny.source.test.flip = false",
        "tiny.source.test.scales = [0.5]",
        "tiny.source.test { scales = [0.5, 1.0], flip = true }"
      })
  void aBatchOfTwoGetsTheSameLabelsAndProbabilities(String inference) throws IOException {
    Experiment experiment = TinyRuns.experiment("tiny.target-iterations = 0", inference);
    TinyRuns.train(experiment, folder.resolve("run"));
    Path exported = folder.resolve("model");
    Image[] images = {
      experiment.data().validation().readImage(0), experiment.data().validation().readImage(1)
    };
    byte[] batch = new byte[2 * HEIGHT * WIDTH * 3];
    byte[] expected = new byte[2 * HEIGHT * WIDTH];
    float[] expectedProbabilities = new float[2 * HEIGHT * WIDTH * 19];
    try (TrainedModel model =
        TrainedModel.ofRun(
            experiment.method(),
            new RunDirectory(folder.resolve("run")),
            Optional.empty(),
            experiment.run())) {
      for (int n = 0; n < 2; n++) {
        System.arraycopy(images[n].rgb(), 0, batch, n * HEIGHT * WIDTH * 3, HEIGHT * WIDTH * 3);
        System.arraycopy(
            model.predict(images[n]).trainIds(), 0, expected, n * HEIGHT * WIDTH, HEIGHT * WIDTH);
        System.arraycopy(
            probabilities(model, images[n]),
            0,
            expectedProbabilities,
            n * HEIGHT * WIDTH * 19,
            HEIGHT * WIDTH * 19);
      }
      new SavedModelFormat().write(model, card(experiment), exported);
    }

    try (SavedModelBundle bundle = SavedModelBundle.load(exported.toString());
        TUint8 input =
            TUint8.tensorOf(Shape.of(2, HEIGHT, WIDTH, 3), DataBuffers.of(batch, true, false));
        var result = bundle.function("serving_default").call(Map.of("images", input))) {
      byte[] labels = new byte[expected.length];
      ((TUint8) result.get("labels").orElseThrow()).asRawTensor().data().read(labels);
      float[] probabilities = new float[expectedProbabilities.length];
      ((TFloat32) result.get("probabilities").orElseThrow())
          .asRawTensor()
          .data()
          .asFloats()
          .read(probabilities);
      assertThat(labels).isEqualTo(expected);
      assertThat(probabilities).containsExactly(expectedProbabilities, within(1e-5f));
    }
  }

  private static ModelCard card(Experiment experiment) {
    return new ModelCard(experiment.labelSpace(), "tiny", "0123", Optional.empty());
  }

  /** The network's stride is 8: rows and columns that make no cell are seen by none. */
  @Test
  void anImageOfAnotherSizeIsAnsweredAtItsOwn() throws IOException {
    Experiment experiment = TinyRuns.experiment("tiny.target-iterations = 0");
    TinyRuns.train(experiment, folder.resolve("run"));
    Path exported = folder.resolve("model");
    byte[] wide = new byte[16 * 40 * 3];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = (byte) (i * 31);
    }
    byte[] expected;
    try (TrainedModel model =
            TrainedModel.ofRun(
                experiment.method(),
                new RunDirectory(folder.resolve("run")),
                Optional.empty(),
                experiment.run());
        var graph = new Graph();
        var session = new Session(graph)) {
      new SavedModelFormat().write(model, card(experiment), exported);
      Ops tf = Ops.create(graph);
      var constants = new LinkedHashMap<String, Operand<TFloat32>>();
      model.values().forEach((name, value) -> constants.put(name, tf.constantOf(value)));
      var known =
          new InferenceGraph(
              tf, model.network(), Parameters.of(constants), Inference.singleScale(40, 16));
      expected = known.predict(session, new Image(16, 40, wide), 16, 40).trainIds();
    }

    try (SavedModelBundle bundle = SavedModelBundle.load(exported.toString());
        TUint8 input = TUint8.tensorOf(Shape.of(1, 16, 40, 3), DataBuffers.of(wide, true, false));
        var result = bundle.function("serving_default").call(Map.of("images", input))) {
      byte[] labels = new byte[expected.length];
      ((TUint8) result.get("labels").orElseThrow()).asRawTensor().data().read(labels);
      assertThat(labels).isEqualTo(expected);
      assertThat(result.get("probabilities").orElseThrow().shape())
          .isEqualTo(Shape.of(1, 16, 40, 19));
    }
  }

  private static float[] probabilities(TrainedModel model, Image image) {
    try (TUint8 pixels = InferenceGraph.tensor(image);
        TInt32 size = TInt32.vectorOf(HEIGHT, WIDTH);
        var result =
            model
                .session()
                .runner()
                .feed(model.graph().image(), pixels)
                .feed(model.graph().outputSize(), size)
                .fetch(model.graph().probabilities())
                .run()) {
      float[] values = new float[HEIGHT * WIDTH * 19];
      ((TFloat32) result.get(0)).asRawTensor().data().asFloats().read(values);
      return values;
    }
  }

  @Test
  void aRunWithoutAFinishedPhaseSaysWhichThereCouldBe() {
    Experiment experiment = TinyRuns.experiment();

    assertThatThrownBy(
            () ->
                TrainedModel.ofRun(
                    experiment.method(),
                    new RunDirectory(folder),
                    Optional.empty(),
                    experiment.run()))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("source, target")
        .hasMessageContaining("--weights");
  }
}
