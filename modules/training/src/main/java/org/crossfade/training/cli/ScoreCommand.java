package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.crossfade.training.evaluation.CityscapesScores;
import org.crossfade.training.run.Json;

/** {@code score}: the scores of the Cityscapes benchmark, of two folders of PNGs. */
@Parameters(
    commandDescription =
        "Score a folder of label ids against another as cityscapesScripts does, without instances")
public final class ScoreCommand implements Command {
  @ParametersDelegate private final HelpArgument help = new HelpArgument();

  @Parameter(
      names = "--predictions",
      description = "Folder of PNGs of label ids, as predict --format cityscapes writes them",
      required = true)
  private String predictions;

  @Parameter(
      names = "--labels",
      description = "Folder of label files, such as gtFine/val; CITY_SEQUENCE_FRAME pairs them",
      required = true)
  private String labels;

  @Parameter(names = "--out", description = "Also write the scores to this JSON file")
  private String out;

  /** For {@link java.util.ServiceLoader}. */
  public ScoreCommand() {}

  @Override
  public String verb() {
    return "score";
  }

  @Override
  public boolean helpAsked() {
    return help.asked();
  }

  @Override
  public int run(List<String> typed) throws IOException {
    CityscapesScores scores = CityscapesScores.of(Path.of(predictions), Path.of(labels));
    System.out.println(scores.text());
    if (scores.trainIds()) {
      System.err.println(
          "warning: the predictions hold 0 to 18 and 255 alone, which looks like train ids; label"
              + " ids are scored here, and by the server");
    }
    if (out != null) {
      Json.write(Path.of(out).toAbsolutePath(), scores);
    }
    return CommandLine.DONE;
  }
}
