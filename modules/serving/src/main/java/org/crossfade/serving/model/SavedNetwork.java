package org.crossfade.serving.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Image;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.evaluation.FrozenGraph;
import org.crossfade.training.evaluation.InferenceGraph;
import org.crossfade.training.export.ModelCard;
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

/** A SavedModel that {@code export} wrote, in TensorFlow. */
final class SavedNetwork extends ExportedNetwork {
  private final SavedModelBundle bundle;
  private final SessionFunction function;

  private SavedNetwork(
      SavedModelBundle bundle,
      SessionFunction function,
      String title,
      LabelSpace space,
      Size size) {
    super(title, space, size);
    this.bundle = bundle;
    this.function = function;
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
    Optional<Shape> in =
        signature.map(s -> s.getInputs().get(FrozenGraph.IMAGES)).map(d -> d.shape);
    Optional<Shape> out =
        signature.map(s -> s.getOutputs().get(FrozenGraph.PROBABILITIES)).map(d -> d.shape);
    boolean fits =
        in.filter(s -> s.numDimensions() == 4 && s.get(3) == 3).isPresent()
            && out.filter(s -> s.numDimensions() == 4 && s.get(3) == space.classes()).isPresent();
    if (!fits) {
      throw new DataException(
          "%s: expected the signature %s, '%s' [N, H, W, 3] to '%s' [N, H, W, %d], found %s; is this a SavedModel that 'export' wrote?"
              .formatted(
                  folder,
                  Signature.DEFAULT_KEY,
                  FrozenGraph.IMAGES,
                  FrozenGraph.PROBABILITIES,
                  space.classes(),
                  signature.map(SavedNetwork::shapes).orElse("none of this name")));
    }
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return new SavedNetwork(
        bundle,
        bundle.function(Signature.DEFAULT_KEY),
        "the SavedModel " + name,
        space,
        size(folder, in.orElseThrow()));
  }

  private static Size size(Path folder, Shape input) throws IOException {
    Path card = folder.resolve("assets.extra").resolve("model.json");
    String inference = "";
    if (Files.isRegularFile(card)) {
      Map<String, String> properties = new LinkedHashMap<>();
      Json.read(card, JsonNode.class)
          .properties()
          .forEach(one -> properties.put(one.getKey(), one.getValue().asText()));
      ModelCard.requireReadable(card, properties);
      inference = properties.getOrDefault(ModelCard.INFERENCE, "");
    }
    return Size.of(input.get(1), input.get(2), inference, card);
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
  void ask(List<Image> resized, Consumer<ClassScores> scores) {
    try (TUint8 pixels = InferenceGraph.tensor(resized);
        var result = function.call(Map.of(FrozenGraph.IMAGES, pixels))) {
      var probabilities = (TFloat32) result.get(FrozenGraph.PROBABILITIES).orElseThrow();
      Shape shape = probabilities.shape();
      float[] one = new float[(int) (shape.size() / resized.size())];
      for (int n = 0; n < resized.size(); n++) {
        probabilities.asRawTensor().data().asFloats().offset((long) n * one.length).read(one);
        scores.accept(
            new ClassScores((int) shape.get(1), (int) shape.get(2), labelSpace().classes(), one));
      }
    }
  }

  @Override
  public void close() {
    bundle.close();
  }
}
