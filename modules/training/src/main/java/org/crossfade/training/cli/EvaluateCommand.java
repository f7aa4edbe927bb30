package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.crossfade.core.data.Dataset;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.evaluation.EvaluationTable;
import org.crossfade.training.evaluation.Evaluator;
import org.crossfade.training.evaluation.TrainedModel;
import org.crossfade.training.run.Json;

/** {@code evaluate}: scores of a trained network on the task's validation samples. */
@Parameters(commandDescription = "Score a trained network on the validation samples of the task")
public final class EvaluateCommand implements Command {
  @ParametersDelegate private final ModelArguments model = new ModelArguments();

  @Parameter(names = "--out", description = "Also write the scores to this JSON file")
  private String out;

  /** For {@link java.util.ServiceLoader}. */
  public EvaluateCommand() {}

  @Override
  public String verb() {
    return "evaluate";
  }

  @Override
  public boolean helpAsked() {
    return model.experiment().helpAsked();
  }

  @Override
  public int run(List<String> typed) throws IOException {
    ExperimentLoader loader = model.experiment().loadTrained();
    Dataset validation = loader.open(loader.task().validation(), model.experiment().dataRoots());
    if (!validation.labelled()) {
      throw new IllegalArgumentException(
          validation.name() + " has no labels: there is nothing to compare with");
    }
    model.experiment().requireRecorded("validation", validation);
    try (TrainedModel trained = model.open(loader)) {
      var evaluator = new Evaluator(validation, loader.run(), trained.graph());
      EvaluationResult result =
          evaluator.evaluate(
              trained.session(),
              "evaluate",
              0,
              true,
              model.experiment().runFolder().resolve("samples"));
      System.out.println(EvaluationTable.render(validation.labelSpace(), result));
      if (out != null) {
        Json.write(Path.of(out).toAbsolutePath(), result);
      }
    }
    return CommandLine.DONE;
  }
}
