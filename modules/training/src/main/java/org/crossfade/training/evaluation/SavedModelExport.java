package org.crossfade.training.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.crossfade.autodiff.NodeNames;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.Inference;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.training.options.TaskClasses;
import org.crossfade.training.run.Checkpoint;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Writes a network as a SavedModel that runs without Crossfade: weights are constants,
 * normalisation and upsampling are inside.
 *
 * <p>{@code assets.extra/classes.json} says what the train ids mean: names, colours, groups and
 * things, in the form that {@code task.classes} takes.
 *
 * <p>The signature {@code serving_default} takes {@code images}, uint8 RGB [N, H, W, 3], where H
 * and W are the size of inference, and answers {@code labels}, uint8 train ids [N, H, W], and
 * {@code probabilities}, float32 [N, H, W, K].
 */
public final class SavedModelExport {
  private SavedModelExport() {}

  /**
   * Writes a model to a folder.
   *
   * @param space the classes that it tells apart
   * @throws IllegalArgumentException if the folder is there and not empty
   */
  public static void write(TrainedModel model, LabelSpace space, Path folder) throws IOException {
    requireEmpty(folder);
    Path whole = folder.toAbsolutePath().normalize();
    Path aside = whole.resolveSibling("." + whole.getFileName() + ".part");
    Checkpoint.deleteFolder(aside);
    Files.createDirectories(aside);
    try {
      writeInto(model, space, aside);
      Files.deleteIfExists(whole);
      Files.move(aside, whole, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Checkpoint.deleteFolder(aside);
    }
  }

  /** Half a model, of a process that was ended, must not lie where a whole one is expected. */
  private static void writeInto(TrainedModel model, LabelSpace space, Path folder)
      throws IOException {
    Inference inference = model.graph().inference();
    Map<String, TFloat32> values = model.values();
    try (var graph = new Graph();
        var session = new Session(graph)) {
      NodeNames.requireAsciiDigits();
      Ops tf = Ops.create(graph);
      var constants = new LinkedHashMap<String, Operand<TFloat32>>();
      values.forEach((name, value) -> constants.put(name, tf.constantOf(value)));
      Placeholder<TUint8> images =
          tf.withName("images")
              .placeholder(
                  TUint8.class,
                  Placeholder.shape(
                      Shape.of(Shape.UNKNOWN_SIZE, inference.height(), inference.width(), 3)));
      InferenceGraph.Answer answer =
          answer(tf, model.network(), Parameters.of(constants), inference, images);
      Operand<TFloat32> probabilities =
          tf.withName("probabilities").identity(answer.probabilities());
      Operand<TUint8> labels = tf.withName("labels").identity(answer.labels());
      Signature signature =
          Signature.builder()
              .key(Signature.DEFAULT_KEY)
              .input("images", images)
              .output("labels", labels)
              .output("probabilities", probabilities)
              .build();
      SavedModelBundle.exporter(folder.toString())
          .withSession(session)
          .withSignature(signature)
          .export();
      Path classes = folder.resolve("assets.extra").resolve("classes.json");
      Files.createDirectories(classes.getParent());
      Files.writeString(classes, TaskClasses.json(space));
    } finally {
      values.values().forEach(TFloat32::close);
    }
  }

  private static InferenceGraph.Answer answer(
      Ops tf,
      SegmentationNetwork network,
      Parameters parameters,
      Inference inference,
      Operand<TUint8> images) {
    Operand<TFloat32> normalised = network.normalisation().apply(tf, images);
    return InferenceGraph.answer(
        tf,
        network,
        parameters,
        inference,
        normalised,
        () -> network.forward(Forward.inference(tf), parameters, normalised).logits(),
        tf.constant(new int[] {inference.height(), inference.width()}));
  }

  private static void requireEmpty(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (var entries = Files.list(folder)) {
        if (entries.findAny().isPresent()) {
          throw new IllegalArgumentException(
              "the folder '" + folder + "' is not empty; choose another, or delete it first");
        }
      }
    }
  }
}
