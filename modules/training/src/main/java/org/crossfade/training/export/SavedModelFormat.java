package org.crossfade.training.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.crossfade.training.evaluation.FrozenGraph;
import org.crossfade.training.evaluation.TrainedModel;
import org.crossfade.training.options.TaskClasses;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.Json;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;

/**
 * A SavedModel, which runs without Crossfade: weights are constants, normalisation and upsampling
 * are inside.
 *
 * <p>The signature {@code serving_default} takes {@code images}, uint8 RGB [N, H, W, 3], and
 * answers {@code labels}, uint8 train ids [N, H, W], and {@code probabilities}, float32 [N, H, W,
 * K].
 *
 * <p>{@code assets.extra/model.json} has the {@linkplain ModelCard#properties properties} of the
 * model. {@code assets.extra/classes.json} is one of them, what the train ids mean, as a file that
 * {@code task.classes} takes.
 */
public final class SavedModelFormat implements ExportFormat {
  /** The name of the format, and of what {@code export} writes unless asked otherwise. */
  public static final String NAME = "saved-model";

  /** For {@link java.util.ServiceLoader}. */
  public SavedModelFormat() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String write(TrainedModel model, ModelCard card, Path folder) throws IOException {
    OutPlace.requireEmpty(folder);
    Path whole = folder.toAbsolutePath().normalize();
    Path aside = whole.resolveSibling("." + whole.getFileName() + ".part");
    Checkpoint.deleteFolder(aside);
    Files.createDirectories(aside);
    // Half a model, of a process that was ended, must not lie where a whole one is expected.
    try {
      String signature = writeInto(model, card, aside);
      Files.deleteIfExists(whole);
      Files.move(aside, whole, StandardCopyOption.ATOMIC_MOVE);
      return signature;
    } finally {
      Checkpoint.deleteFolder(aside);
    }
  }

  private static String writeInto(TrainedModel model, ModelCard card, Path folder)
      throws IOException {
    try (var frozen = FrozenGraph.of(model);
        var session = new Session(frozen.graph())) {
      Signature signature =
          Signature.builder()
              .key(Signature.DEFAULT_KEY)
              .input(FrozenGraph.IMAGES, frozen.images())
              .output(FrozenGraph.LABELS, frozen.labels())
              .output(FrozenGraph.PROBABILITIES, frozen.probabilities())
              .build();
      SavedModelBundle.exporter(folder.toString())
          .withSession(session)
          .withSignature(signature)
          .export();
      Path extra = folder.resolve("assets.extra");
      Files.createDirectories(extra);
      Files.writeString(extra.resolve("classes.json"), TaskClasses.json(card.classes()));
      Json.write(extra.resolve("model.json"), card.properties(model));
      return frozen.signature();
    }
  }
}
