package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.evaluation.TrainedModel;
import org.crossfade.training.export.ExportFormat;
import org.crossfade.training.export.SavedModelFormat;

/** {@code export}: a trained network in the form of another program, which needs no Crossfade. */
@Parameters(commandDescription = "Write a trained network for other programs")
public final class ExportCommand implements Command {
  @ParametersDelegate private final ModelArguments model = new ModelArguments();

  @Parameter(
      names = "--out",
      description = "Folder of the SavedModel, or file of another format",
      required = true)
  private String out;

  @Parameter(
      names = "--format",
      description = "What is written: saved-model, onnx, safetensors, or another on the class path")
  private String format = SavedModelFormat.NAME;

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
    ExportFormat chosen = ExportFormat.named(format);
    ExperimentLoader loader = model.experiment().loadTrained();
    try (TrainedModel trained = model.open(loader)) {
      String written = chosen.write(trained, model.card(loader, trained), Path.of(out));
      System.out.println("written to " + out + ": " + written);
    }
    return CommandLine.DONE;
  }
}
