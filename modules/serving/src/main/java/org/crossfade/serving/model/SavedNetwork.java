package org.crossfade.serving.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Sample;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.datasets.transform.SampleTransforms;
import org.crossfade.training.evaluation.InferenceGraph;
import org.crossfade.training.options.TaskClasses;
import org.crossfade.training.run.Json;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.Signature.TensorDescription;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * A SavedModel that {@code export} wrote. Images are resized to the size that it takes, or where it
 * takes any, that it was scored at; and its probabilities back: where an image has another size
 * than that, labels at borders may differ from those of {@code predict}, which resizes the
 * network's own smaller answer.
 */
final class SavedNetwork implements LoadedModel {
  private static final String INPUT = "images";
  private static final String OUTPUT = "probabilities";

  /** Bytes a pixel of the image, its labels, colours and overlay, and their files. */
  private static final int PICTURES = 24;

  private final SavedModelBundle bundle;
  private final SessionFunction function;
  private final LabelSpace space;
  private final String title;
  private final Shape input;

  private SavedNetwork(
      SavedModelBundle bundle,
      SessionFunction function,
      LabelSpace space,
      String title,
      Shape input) {
    this.bundle = bundle;
    this.function = function;
    this.space = space;
    this.title = title;
    this.input = input;
  }

  static SavedNetwork open(Path folder) throws IOException {
    Path classes = folder.resolve("assets.extra").resolve("classes.json");
    if (!Files.isRegularFile(classes)) {
      throw new DataException(
          classes
              + ": there is no such file, which says what the train ids mean; is this a SavedModel"
              + " that 'export' wrote?");
    }
    LabelSpace space = classes(classes);
    SavedModelBundle bundle;
    try {
      bundle = SavedModelBundle.load(folder.toString(), SavedModelBundle.DEFAULT_TAG);
    } catch (TensorFlowException e) {
      throw new DataException(
          "%s: can't be opened as a SavedModel; is it whole? TensorFlow says: %s"
              .formatted(
                  folder, String.valueOf(e.getMessage()).lines().findFirst().orElse("nothing")),
          e);
    }
    try {
      return of(folder, bundle, space);
    } catch (IOException | RuntimeException e) {
      bundle.close();
      throw e;
    }
  }

  private static LabelSpace classes(Path file) {
    try {
      return TaskClasses.read(file);
    } catch (InvalidOptionsException e) {
      throw new DataException("%s: %s".formatted(file, String.join("; ", e.problems())), e);
    }
  }

  private static SavedNetwork of(Path folder, SavedModelBundle bundle, LabelSpace space)
      throws IOException {
    Optional<Signature> signature =
        bundle.signatures().stream()
            .filter(one -> one.key().equals(Signature.DEFAULT_KEY))
            .findFirst();
    Optional<Shape> in = signature.map(s -> s.getInputs().get(INPUT)).map(d -> d.shape);
    Optional<Shape> out = signature.map(s -> s.getOutputs().get(OUTPUT)).map(d -> d.shape);
    boolean fits =
        in.filter(s -> s.numDimensions() == 4 && s.get(3) == 3).isPresent()
            && out.filter(s -> s.numDimensions() == 4 && s.get(3) == space.classes()).isPresent();
    if (!fits) {
      throw new DataException(
          "%s: expected the signature %s, '%s' [N, H, W, 3] to '%s' [N, H, W, %d], found %s; is this a SavedModel that 'export' wrote?"
              .formatted(
                  folder,
                  Signature.DEFAULT_KEY,
                  INPUT,
                  OUTPUT,
                  space.classes(),
                  signature.map(SavedNetwork::shapes).orElse("none of this name")));
    }
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return new SavedNetwork(
        bundle,
        bundle.function(Signature.DEFAULT_KEY),
        space,
        "the SavedModel " + name,
        size(folder, in.orElseThrow()));
  }

  /** The size of its input, as far as that, or what it says of itself, is known. */
  private static Shape size(Path folder, Shape input) throws IOException {
    Path card = folder.resolve("assets.extra").resolve("model.json");
    if (input.get(1) != Shape.UNKNOWN_SIZE || !Files.isRegularFile(card)) {
      return input;
    }
    String inference = Json.read(card, JsonNode.class).path("crossfade.inference").asText();
    JsonNode size = Json.readLine(card, 1, inference.isEmpty() ? "{}" : inference);
    return Shape.of(
        Shape.UNKNOWN_SIZE,
        size.path("height").asLong(Shape.UNKNOWN_SIZE),
        size.path("width").asLong(Shape.UNKNOWN_SIZE),
        3);
  }

  private static String shapes(Signature signature) {
    return described(signature.getInputs()) + " to " + described(signature.getOutputs());
  }

  private static String described(Map<String, TensorDescription> tensors) {
    var words = new ArrayList<String>();
    tensors.forEach((name, tensor) -> words.add("'" + name + "' " + tensor.shape));
    return String.join(", ", words);
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public LabelSpace labelSpace() {
    return space;
  }

  /** The size that the network takes; where it takes any, the image's own. */
  private int side(int dimension, int own) {
    long fixed = input.get(dimension);
    return fixed == Shape.UNKNOWN_SIZE ? own : (int) fixed;
  }

  @Override
  public List<LabelMap> predict(List<Image> images) {
    Image first = images.get(0);
    int height = side(1, first.height());
    int width = side(2, first.width());
    var resize = new SampleTransform.Resize(width, height);
    List<Image> resized =
        images.stream()
            .map(
                image ->
                    SampleTransforms.apply(resize, new Sample("", image, Optional.empty()), 0)
                        .image())
            .toList();
    try (TUint8 pixels = InferenceGraph.tensor(resized);
        var result = function.call(Map.of(INPUT, pixels))) {
      var probabilities = (TFloat32) result.get(OUTPUT).orElseThrow();
      Shape shape = probabilities.shape();
      var maps = new ArrayList<LabelMap>();
      float[] scores = new float[(int) (shape.size() / images.size())];
      for (int n = 0; n < images.size(); n++) {
        probabilities.asRawTensor().data().asFloats().offset((long) n * scores.length).read(scores);
        var answer =
            new ClassScores((int) shape.get(1), (int) shape.get(2), space.classes(), scores);
        maps.add(answer.labels(first.height(), first.width()));
      }
      return maps;
    }
  }

  @Override
  public long bytesToPredict(int height, int width) {
    long scores = 3L * space.classes() * Float.BYTES;
    return scores * side(1, height) * side(2, width) + (long) PICTURES * height * width;
  }

  @Override
  public void close() {
    bundle.close();
  }
}
