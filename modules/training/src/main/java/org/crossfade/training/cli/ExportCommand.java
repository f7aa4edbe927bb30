package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.evaluation.SavedModelExport;
import org.crossfade.training.evaluation.TrainedModel;

/** {@code export}: a SavedModel that runs without Crossfade. */
@Parameters(commandDescription = "Write a trained network as a SavedModel")
public final class ExportCommand implements Command {
  @ParametersDelegate private final ModelArguments model = new ModelArguments();

  @Parameter(names = "--out", description = "Folder of the SavedModel", required = true)
  private String out;

  /** For {@link java.util.ServiceLoader}. */
  public ExportCommand() {}

  @Override
  public String verb() {
    return "export";
  }

  @Override
  public boolean helpAsked() {
    return model.experiment().helpAsked();
  }

  @Override
  public int run(List<String> typed) throws IOException {
    ExperimentLoader loader = model.experiment().loadTrained();
    try (TrainedModel trained = model.open(loader)) {
      SavedModelExport.write(trained, loader.task().labelSpace(), Path.of(out));
      System.out.printf(
          "written to %s: images uint8 [N, %d, %d, 3] to labels and probabilities%n",
          out, trained.graph().inference().height(), trained.graph().inference().width());
    }
    return CommandLine.DONE;
  }
}
