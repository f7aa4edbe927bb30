package org.crossfade.serving.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.crossfade.serving.model.Engine;
import org.crossfade.serving.model.Engines;
import org.crossfade.serving.model.LoadedModel;
import org.crossfade.serving.predict.PredictLimits;
import org.crossfade.serving.predict.PredictionSite;
import org.crossfade.training.cli.Command;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.cli.HelpArgument;

/** {@code serve}: a trained model over HTTP, and a page for photographs. */
@Parameters(
    commandDescription =
        "Serve a trained model over HTTP: a page for photographs, and POST /predict for programs")
public final class ServeCommand implements Command {
  @ParametersDelegate private final HelpArgument help = new HelpArgument();

  @ParametersDelegate private final ServerArguments server = new ServerArguments();

  @Parameter(description = "RUN_FOLDER-OR-MODEL", required = true)
  private String model;

  @Parameter(
      names = "--engine",
      description =
          "What runs it: tensorflow (folders of runs, SavedModels) or onnx (ONNX files, with ONNX"
              + " Runtime on the class path). By default what opens such a model, so that a .onnx"
              + " file needs no --engine")
  private String engine;

  @Parameter(
      names = "--phase",
      description = "Phase of a run whose end is used (default: the last finished)")
  private String phase;

  @Parameter(names = "--max-pixels", description = "Pixels of the largest image, and of a batch")
  private long maxPixels = 16_000_000;

  @Parameter(names = "--max-bytes", description = "Bytes of the largest body")
  private long maxBytes = 32 << 20;

  @Parameter(names = "--queue", description = "Images that may wait; further ones get status 503")
  private int queue = 64;

  @Parameter(names = "--timeout", description = "Seconds that a request may take")
  private double timeout = 60;

  @Parameter(
      names = "--batch",
      description = "Images of one size that the network sees at a time, where so many wait")
  private int batch = 8;

  /** For {@link java.util.ServiceLoader}. */
  public ServeCommand() {}

  @Override
  public String verb() {
    return "serve";
  }

  @Override
  public boolean helpAsked() {
    return help.asked();
  }

  @Override
  public int run(List<String> typed) throws IOException {
    server.check();
    PredictLimits limits = limits();
    Path path = Path.of(model);
    Engine chosen = Engines.choose(Optional.ofNullable(engine), path);
    try (LoadedModel loaded = chosen.open(path, Optional.ofNullable(phase));
        var site = new PredictionSite(loaded, chosen.name(), limits)) {
      server.serve(site.site(), loaded.title(), () -> false, site::close);
    }
    return CommandLine.DONE;
  }

  private PredictLimits limits() {
    try {
      return new PredictLimits(maxPixels, maxBytes, queue, timeout, batch);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(e.getMessage(), e);
    }
  }
}
