package org.crossfade.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.crossfade.backbones.TensorLayout;
import org.crossfade.backbones.fcn.Fcn8s;
import org.crossfade.backbones.fcn.Fcn8sOptions;
import org.crossfade.core.data.Image;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.Phase;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.nn.SlidingWindow;
import org.crossfade.core.options.OptionReader;
import org.crossfade.training.evaluation.FrozenGraph;
import org.crossfade.training.evaluation.TrainedModel;
import org.crossfade.training.export.ModelCard;
import org.crossfade.training.options.RunOptions;
import org.crossfade.weights.FormulaWeights;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.Safetensors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** Every network's file answers in ONNX Runtime as {@code predict} and TensorFlow do. */
class NetworksTest {
  private static final int K = 19;
  private static final int IMAGES = 10;

  /** Factor of a decoder's classifier: without it one class would win everywhere. */
  private static final float SURE = 8;

  private static final int H = 64;
  private static final int W = 96;
  private static final String DECODER =
      "decoder { channels = 8, dilations = [1, 2, 5], dropout = 0 }";
  private static final String MIT =
      "kind = daformer-mit, layers = [1, 1, 1, 1], width = 4, drop-path = 0.1, " + DECODER;
  private static final String V3 =
      "kind = deeplab-v3-plus-resnet, layers = [1, 1, 1, 1], width = 4, " + DECODER;

  @TempDir Path folder;

  /** A network and how it is asked. */
  record Asked(String name, SegmentationNetwork network, Inference inference) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Asked> networks() {
    Inference once = Inference.singleScale(W, H);
    Inference fused = new Inference(W, H, List.of(0.7, 1.0), true);
    Inference slid =
        new Inference(W, H, List.of(1.0), false, Optional.of(new SlidingWindow(H, H, H, 32)));
    String hrda =
        "kind = hrda, window { height = 64, width = 64, stride-y = 64, stride-x = 32 },"
            + " attention-channels = 4, classwise-attention = true, inner { %s }";
    return Stream.of(
        new Asked("DeepLabV2, torchvision", deepLab("torchvision", 4, ""), once),
        new Asked(
            "DeepLabV2, Caffe, fused scales",
            deepLab("caffe", 2, ", auxiliary-head = true"),
            fused),
        new Asked(
            "DeepLabV2, VGG-16",
            network("kind = deeplab-v2-vgg16, width = 4, aspp-branches = 4"),
            once),
        new Asked("DeepLabV3+", network(V3), once),
        new Asked("FCN-8s", Fcn8s.of(new Fcn8sOptions(4, 1, 3, 1, 0.5), K), once),
        new Asked("DAFormer on MiT", network(MIT), once),
        new Asked("DAFormer on MiT, sliding", network(MIT), slid),
        new Asked("HRDA, DAFormer on MiT", network(hrda.formatted(MIT)), once),
        new Asked("HRDA, DeepLabV3+", network(hrda.formatted(V3)), once));
  }

  private static SegmentationNetwork deepLab(String family, int branches, String more) {
    return network(
        "kind = deeplab-v2-resnet-%s, layers = [1, 1, 1, 1], width = 4, aspp-branches = %d%s"
            .formatted(family, branches, more));
  }

  private static SegmentationNetwork network(String options) {
    return OptionReader.readOne(
            ConfigFactory.parseString("network { " + options + " }"),
            "network",
            NetworkOptions.class)
        .create(K);
  }

  /** A model of weights that no training made, so that all classes are there. */
  static TrainedModel model(Asked asked, Path folder) {
    Path weights = folder.resolve("weights.safetensors");
    var formula = new FormulaWeights("", 5);
    var tensors = new ArrayList<NamedTensor>();
    for (ParameterSpec spec : asked.network().parameters()) {
      long[] shape = TensorLayout.toPytorch(spec.shape());
      float[] values = formula.values(spec.name(), shape);
      if (spec.name().contains("conv_seg")) {
        for (int i = 0; i < values.length; i++) {
          values[i] *= SURE;
        }
      }
      tensors.add(NamedTensor.of(spec.name(), values, shape));
    }
    Safetensors.write(weights, tensors);
    var method =
        new AdaptationMethod() {
          @Override
          public List<Phase> phases() {
            return List.of();
          }

          @Override
          public SegmentationNetwork segmenter() {
            return asked.network();
          }

          @Override
          public Inference inference() {
            return asked.inference();
          }
        };
    return TrainedModel.ofWeights(method, weights, oneThread());
  }

  private static RunOptions oneThread() {
    return OptionReader.readOne(
        ConfigFactory.parseString("crossfade.run.threads = 1")
            .withFallback(ConfigFactory.defaultReference())
            .resolve()
            .getConfig("crossfade"),
        "run",
        RunOptions.class);
  }

  static ModelCard card() {
    return new ModelCard(
        LabelSpace.of(K), "none", "0123", Optional.of(new ModelCard.Score("target", 0.5)));
  }

  /** Pictures of coarse blocks and fine noise. */
  static Image image(int index, int height, int width) {
    byte[] rgb = new byte[height * width * 3];
    float[] coarse = FormulaWeights.uniform("coarse", 64 * 64 * 3, index);
    float[] fine = FormulaWeights.uniform("fine", rgb.length, index);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          int at = (y * width + x) * 3 + c;
          rgb[at] = (byte) (int) (128 + 90 * coarse[(y / 9 * 64 + x / 7) * 3 + c] + 30 * fine[at]);
        }
      }
    }
    return new Image(height, width, rgb);
  }

  static byte[] batch(List<Image> images) {
    int size = images.get(0).rgb().length;
    byte[] batch = new byte[images.size() * size];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i).rgb(), 0, batch, i * size, size);
    }
    return batch;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void labelsAreThoseOfPredictOnTenImages(Asked asked) throws IOException, OrtException {
    Path file = folder.resolve("model.onnx");
    try (TrainedModel model = model(asked, folder)) {
      String written = new OnnxFormat().write(model, card(), file);
      boolean any = FrozenGraph.takesAnySize(model);
      assertThat(written).contains(any ? "[N, H, W, 3]" : "[N, 64, 96, 3]");
      assertThat(OnnxFile.read(file).height()).isEqualTo(any ? -1 : H);
      try (var runtime = new OrtModel(Files.readAllBytes(file));
          var frozen = FrozenGraph.of(model);
          var session = new Session(frozen.graph())) {
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
          images.add(image(i, H, W));
        }
        byte[] labels = new byte[IMAGES * H * W];
        for (int i = 0; i < IMAGES; i++) {
          System.arraycopy(model.predict(images.get(i)).trainIds(), 0, labels, i * H * W, H * W);
        }
        // Batches of three, of six and of one.
        for (int[] part : new int[][] {{0, 3}, {3, 9}, {9, 10}}) {
          List<Image> some = images.subList(part[0], part[1]);
          byte[] expected = Arrays.copyOfRange(labels, part[0] * H * W, part[1] * H * W);
          compare(runtime, session, frozen, some, expected);
        }
        if (any) {
          compare(runtime, session, frozen, List.of(image(3, 77, 130), image(4, 77, 130)), null);
        }
      }
    }
  }

  /** Compares labels with those that are expected, and everything with TensorFlow's answer. */
  private static void compare(
      OrtModel runtime, Session session, FrozenGraph frozen, List<Image> images, byte[] predicted)
      throws OrtException {
    int height = images.get(0).height();
    int width = images.get(0).width();
    byte[] batch = batch(images);
    OrtModel.Segmented found = runtime.segment(batch, images.size(), height, width);
    assertThat(found.probabilities.shape).isEqualTo(new long[] {images.size(), height, width, K});
    try (TUint8 input =
            TUint8.tensorOf(
                Shape.of(images.size(), height, width, 3), DataBuffers.of(batch, true, false));
        var result =
            session
                .runner()
                .feed(frozen.images(), input)
                .fetch(frozen.labels())
                .fetch(frozen.probabilities())
                .run()) {
      byte[] labels = new byte[found.labels.length];
      ((TUint8) result.get(0)).asRawTensor().data().read(labels);
      float[] probabilities = new float[found.probabilities.values.length];
      ((TFloat32) result.get(1)).asRawTensor().data().asFloats().read(probabilities);
      float farthest = 0;
      for (int i = 0; i < probabilities.length; i++) {
        farthest = Math.max(farthest, Math.abs(found.probabilities.values[i] - probabilities[i]));
      }
      assertThat(farthest).as("difference of probabilities").isLessThan(1e-4f);
      assertThat(spread(probabilities)).as("what images change").isGreaterThan(100 * farthest);
      sameButTies(found.labels, labels, probabilities);
      if (predicted != null) {
        sameButTies(found.labels, predicted, probabilities);
      }
    }
  }

  /** The largest of the differences between the probabilities of one class. */
  private static float spread(float[] probabilities) {
    float widest = 0;
    for (int k = 0; k < K; k++) {
      float least = 1;
      float most = 0;
      for (int i = k; i < probabilities.length; i += K) {
        least = Math.min(least, probabilities[i]);
        most = Math.max(most, probabilities[i]);
      }
      widest = Math.max(widest, most - least);
    }
    return widest;
  }

  private static void sameButTies(byte[] found, byte[] expected, float[] probabilities) {
    assertThat(found).hasSameSizeAs(expected);
    for (int pixel = 0; pixel < found.length; pixel++) {
      if (found[pixel] != expected[pixel]) {
        float gap =
            Math.abs(
                probabilities[pixel * K + found[pixel]]
                    - probabilities[pixel * K + expected[pixel]]);
        assertThat(gap).as("between two classes of pixel " + pixel).isLessThan(1e-5f);
      }
    }
  }
}
