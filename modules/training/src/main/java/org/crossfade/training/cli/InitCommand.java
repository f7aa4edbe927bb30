package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.crossfade.core.data.DataException;
import org.crossfade.training.draft.ExperimentDraft;
import org.crossfade.training.run.WholeFile;

/** {@code init}: a commented file of options for folders of images of one's own. */
@Parameters(
    commandDescription =
        "Write a commented file of options for folders of images/ and labels/: looks at images and"
            + " ids, and proposes classes, label tables and sizes")
public final class InitCommand implements Command {
  @ParametersDelegate private final HelpArgument help = new HelpArgument();

  @Parameter(names = "--method", description = "Method (default: the module's own)")
  private String method = System.getProperty("crossfade.method", "");

  @Parameter(names = "--source", description = "Folder of the source domain", required = true)
  private String source;

  @Parameter(names = "--target", description = "Folder of the target domain", required = true)
  private String target;

  @Parameter(
      names = "--validation",
      description =
          "Folder of labelled target images that training doesn't see (default: a fifth of the"
              + " target's, if it has labels)")
  private String validation;

  @Parameter(
      names = "--classes",
      description =
          "Classes: 19, 16, 13, or a file .csv, .json or .conf (default: one for each id in the"
              + " label files)")
  private String classes;

  @Parameter(names = "--out", description = "File of options to write")
  private String out = "experiment.conf";

  /** For {@link java.util.ServiceLoader}. */
  public InitCommand() {}

  @Override
  public String verb() {
    return "init";
  }

  @Override
  public boolean helpAsked() {
    return help.asked();
  }

  @Override
  public int run(List<String> typed) throws IOException {
    if (method.isEmpty()) {
      throw new ParameterException("which method? Give --method");
    }
    var draft =
        new ExperimentDraft(
            new ExperimentDraft.Request(
                method,
                Path.of(source),
                Path.of(target),
                Optional.ofNullable(validation).map(Path::of),
                Optional.ofNullable(classes)),
            Path.of(out));
    for (Path file : draft.files().keySet()) {
      if (Files.exists(file)) {
        throw new DataException(
            file + ": is there already; give another --out, or move it out of the way");
      }
    }
    for (Map.Entry<Path, String> file : draft.files().entrySet()) {
      Files.createDirectories(file.getKey().toAbsolutePath().getParent());
      WholeFile.write(file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
      System.out.println("written: " + file.getKey());
    }
    String options =
        "--method "
            + method
            + " --config "
            + quoted(out)
            + draft.dataRoots().stream()
                .map(root -> " --data-root " + quoted(root))
                .collect(Collectors.joining());
    System.out.println("\nRead it, then:");
    System.out.println("  check-data " + options);
    System.out.println("  train " + options + " --run-dir runs/own/" + method + "-seed0");
    return CommandLine.DONE;
  }

  private static String quoted(String word) {
    return word.contains(" ") ? "\"" + word + "\"" : word;
  }
}
