package org.crossfade.api;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Image;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.training.cli.NativeProcess;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.evaluation.Evaluator;
import org.crossfade.training.options.RecordedOptions;
import org.crossfade.training.run.Format;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.Provenance;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;

/**
 * A network that a run has trained, from Java or by the program. It holds memory outside of Java
 * until it is closed. Several threads may use it at once.
 */
public final class TrainedModel implements AutoCloseable {
  private final RunDirectory run;
  private final ExperimentLoader loader;
  private final LabelSpace space;
  private final org.crossfade.training.evaluation.TrainedModel model;
  private final List<SegmentationClass> classes;

  private TrainedModel(RunDirectory run, ExperimentLoader loader, Optional<String> phase) {
    this.run = run;
    this.loader = loader;
    this.space = loader.task().labelSpace();
    this.model =
        org.crossfade.training.evaluation.TrainedModel.ofRun(
            loader.method(), run, phase, loader.run());
    this.classes =
        IntStream.range(0, space.classes())
            .mapToObj(
                id -> new SegmentationClass(id, space.className(id), new Color(space.rgb(id))))
            .toList();
  }

  /**
   * Opens what a run has trained: the end of its last finished phase.
   *
   * @param runFolder that {@link Training#train} or the program wrote
   * @return a model that the caller closes
   * @throws RunFolderException if nothing in it is finished, or a newer version wrote it
   * @throws IOException if the folder cannot be read
   */
  public static TrainedModel load(Path runFolder) throws IOException {
    return load(runFolder, Optional.empty());
  }

  /**
   * Opens the end of one phase of a run.
   *
   * @param runFolder that {@link Training#train} or the program wrote
   * @param phase its name
   * @return a model that the caller closes
   * @throws RunFolderException if that is not finished; the message lists the phases
   * @throws IOException if the folder cannot be read
   */
  public static TrainedModel load(Path runFolder, String phase) throws IOException {
    return load(runFolder, Optional.of(phase));
  }

  private static TrainedModel load(Path runFolder, Optional<String> phase) throws IOException {
    NativeProcess.prepareLibrary();
    var run = new RunDirectory(runFolder);
    if (!Files.isRegularFile(run.provenance()) || !Files.isRegularFile(run.config())) {
      throw new RunFolderException(
          "'%s' holds no run: %s and %s are expected in it"
              .formatted(runFolder, run.provenance().getFileName(), run.config().getFileName()));
    }
    Format.requireReadable(run);
    String method = Json.read(run.provenance(), Provenance.class).method();
    RecordedOptions.require(run.config(), method);
    var sources = new OptionSources(method, false, List.of(run.config()), List.of());
    return new TrainedModel(run, ExperimentLoader.ofRun(run, sources), phase);
  }

  /** {@return the K classes of the task, each at the place of its id} */
  public List<SegmentationClass> classes() {
    return classes;
  }

  /**
   * {@return the class of every pixel of a picture}
   *
   * @param picture of any size and type
   * @throws DataException if this machine has not the memory for it
   */
  public Segmentation predict(BufferedImage picture) {
    return predict(Images.of(picture));
  }

  /**
   * {@return the class of every pixel of an image}
   *
   * @param image of any size
   * @throws DataException if this machine has not the memory for it
   */
  public Segmentation predict(Image image) {
    requireMemory(image);
    return new Segmentation(image, model.predict(image), space, classes);
  }

  /**
   * {@return the probability of every class at every pixel of a picture: four bytes for each}
   *
   * @param picture of any size and type
   * @throws DataException if this machine has not the memory for it
   */
  public ClassProbabilities probabilities(BufferedImage picture) {
    Image image = Images.of(picture);
    requireMemory(image);
    return new ClassProbabilities(
        image.height(), image.width(), classes.size(), model.probabilities(image));
  }

  private void requireMemory(Image image) {
    long needed = model.bytesToPredict(image.height(), image.width());
    long there = org.crossfade.training.evaluation.TrainedModel.memoryOfMachine();
    if (needed > there) {
      throw new DataException(
          "the scores of an %s need %d MB of memory, and this machine has %d MB; make it smaller, or cut it into pieces"
              .formatted(image, needed >> 20, there >> 20));
    }
  }

  /**
   * Scores the model on labelled images. A few of them are drawn as pictures into {@code samples/}
   * of the run's folder, as many as {@code run.sample-images} says.
   *
   * @param labelled with classes of the same names; those that the model lacks are ignored
   * @return intersection over union of each class and their mean, 0 to 1, and more
   * @throws DataException if there are no labels, or no pixel is of a class that the model knows
   * @throws IOException if an image cannot be read or a sample cannot be written
   */
  public EvaluationResult evaluate(Dataset labelled) throws IOException {
    Content content = Content.of(labelled);
    if (!content.labelled()) {
      throw new DataException(
          "the data set '%s' has no labels: there is nothing to compare with"
              .formatted(labelled.name()));
    }
    return new Evaluator(content.open().apply(space), loader.run(), model.graph())
        .evaluate(model.session(), "evaluate", 0, true, run.samples());
  }

  @Override
  public void close() {
    model.close();
  }
}
