package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.crossfade.backbones.ImportedWeights;
import org.crossfade.backbones.WeightImport;
import org.crossfade.weights.PrintableText;
import org.crossfade.weights.Safetensors;

/** {@code import-weights}: what of a published file a network uses, and a clean copy of it. */
@Parameters(
    commandDescription =
        "Say which tensors of published weights (--weights) the method's network uses, skips and"
            + " misses")
public final class ImportWeightsCommand implements Command {
  @ParametersDelegate private final ExperimentArguments experiment = new ExperimentArguments();

  @Parameter(
      names = "--out",
      description = "Write what is used to this .safetensors file, which --weights takes")
  private String out;

  /** For {@link java.util.ServiceLoader}. */
  public ImportWeightsCommand() {}

  @Override
  public String verb() {
    return "import-weights";
  }

  @Override
  public boolean helpAsked() {
    return experiment.helpAsked();
  }

  @Override
  public int run(List<String> typed) throws IOException {
    ImportedWeights imported =
        WeightImport.read(experiment.weightFile(), experiment.load().method().segmenter())
            .requireFinite();
    System.out.println(imported.summary());
    System.out.println("used: " + String.join(", ", imported.used().keySet()));
    imported
        .skipped()
        .forEach(
            (name, why) -> System.out.println("skipped " + PrintableText.name(name) + ": " + why));
    imported
        .passedOver()
        .forEach(
            name ->
                System.out.println(
                    "passed over: objects of " + PrintableText.name(name) + ", none made or run"));
    if (!imported.missing().isEmpty()) {
      System.out.println("missing: " + String.join(", ", imported.missing()));
    }
    if (out != null) {
      Safetensors.write(
          Path.of(out),
          imported.used().entrySet().stream().map(e -> e.getValue().renamed(e.getKey())).toList());
      System.out.println("written to " + out);
    }
    return CommandLine.DONE;
  }
}
