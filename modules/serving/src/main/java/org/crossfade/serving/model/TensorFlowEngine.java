package org.crossfade.serving.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.evaluation.TrainedModel;
import org.crossfade.training.options.RecordedOptions;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.Provenance;
import org.crossfade.training.run.RunDirectory;

/** The engine {@code tensorflow}: folders of runs, and exported SavedModels. */
public final class TensorFlowEngine implements Engine {
  /** For {@link java.util.ServiceLoader}. */
  public TensorFlowEngine() {}

  @Override
  public String name() {
    return "tensorflow";
  }

  @Override
  public String opensWhat() {
    return "the folder of a run (with config.conf), or of a SavedModel (with saved_model.pb)";
  }

  @Override
  public boolean opens(Path model) {
    return isRun(model) || isSavedModel(model);
  }

  @Override
  public LoadedModel open(Path model, Optional<String> phase) throws IOException {
    if (isRun(model)) {
      return ofRun(new RunDirectory(model), phase);
    }
    if (phase.isPresent()) {
      throw new DataException(
          model + ": --phase " + phase.get() + " is of a run, and this is a SavedModel");
    }
    return SavedNetwork.open(model);
  }

  private static boolean isRun(Path folder) {
    return Files.isRegularFile(new RunDirectory(folder).config());
  }

  private static boolean isSavedModel(Path folder) {
    return Files.isRegularFile(folder.resolve("saved_model.pb"));
  }

  private static LoadedModel ofRun(RunDirectory run, Optional<String> phase) throws IOException {
    String method = Json.read(run.provenance(), Provenance.class).method();
    RecordedOptions.require(run.config(), method);
    var loader =
        ExperimentLoader.ofRun(
            run, new OptionSources(method, false, List.of(run.config()), List.of()));
    TrainedModel trained = TrainedModel.ofRun(loader.method(), run, phase, loader.run());
    String title =
        "%s, trained on %s".formatted(method, loader.task().name())
            + phase.map(of -> ", phase " + of).orElse("");
    return new RunNetwork(trained, loader.task().labelSpace(), title);
  }
}
