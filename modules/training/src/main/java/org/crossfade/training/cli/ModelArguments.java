package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.evaluation.TrainedModel;
import org.crossfade.training.export.ModelCard;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.Provenance;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.session.WeightFiles;

/** The options of every command that uses a trained network. */
public final class ModelArguments {
  @ParametersDelegate private final ExperimentArguments experiment = new ExperimentArguments();

  @Parameter(
      names = "--phase",
      description = "Phase whose end is used (default: the last finished)")
  private String phase;

  /** Returns the options of the experiment. */
  public ExperimentArguments experiment() {
    return experiment;
  }

  /** Opens the network: published weights where they were given, the run's own otherwise. */
  public TrainedModel open(ExperimentLoader loader) {
    WeightFiles weights = experiment.weights();
    return weights.files().isEmpty()
        ? TrainedModel.ofRun(
            loader.method(),
            new RunDirectory(experiment.runFolder()),
            Optional.ofNullable(phase),
            loader.run())
        : TrainedModel.ofWeights(
            loader.method(), weights.forUse(loader.method().segmenter()), loader.run());
  }

  /** Returns what an exported model says of itself. */
  ModelCard card(ExperimentLoader loader, TrainedModel trained) throws IOException {
    var run = new RunDirectory(experiment.runFolder());
    WeightFiles weights = experiment.weights();
    String weightsHash = "";
    if (!weights.files().isEmpty()) {
      weightsHash = ExperimentLoader.hash(weights.forUse(loader.method().segmenter()));
    } else if (Files.exists(run.provenance())) {
      weightsHash = Json.read(run.provenance(), Provenance.class).weightsHash();
    }
    Optional<ModelCard.Score> score = Optional.empty();
    if (trained.phase().isPresent()) {
      score =
          RunResults.read(run.results())
              .map(results -> results.phases().get(trained.phase().get()))
              .map(
                  result -> new ModelCard.Score(trained.phase().get(), result.evaluation().miou()));
    }
    return new ModelCard(
        loader.task().labelSpace(), experiment.method(), loader.optionsHash(weightsHash), score);
  }
}
