package org.crossfade.report.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.report.Comparison;
import org.crossfade.report.FinishedRun;
import org.crossfade.report.FinishedRuns;
import org.crossfade.report.ScoreTable;
import org.crossfade.report.page.Report;
import org.crossfade.training.cli.Command;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.cli.HelpArgument;
import org.crossfade.training.run.RunFolderException;

/** {@code report}: the page and the table of finished runs, one or several. */
@Parameters(
    commandDescription =
        "Write the page of finished runs, one or several: scores of every class, predictions,"
            + " curves, cost, command and options")
public final class ReportCommand implements Command {
  @ParametersDelegate private final HelpArgument help = new HelpArgument();

  @Parameter(description = "RUN_FOLDER...")
  private List<String> folders = new ArrayList<>();

  @Parameter(
      names = "--out",
      description = "The page (default: report.html in the first run's folder)")
  private String out;

  /** For {@link java.util.ServiceLoader}. */
  public ReportCommand() {}

  @Override
  public String verb() {
    return "report";
  }

  @Override
  public boolean helpAsked() {
    return help.asked();
  }

  @Override
  public int run(List<String> typed) throws IOException {
    if (folders.isEmpty()) {
      throw new ParameterException("which run? Name one or several folders of runs");
    }
    var runs = new ArrayList<FinishedRun>();
    for (String folder : folders) {
      runs.add(finished(Path.of(folder)));
    }
    List<Comparison> comparisons =
        new FinishedRuns(folders.stream().map(Path::of).toList(), runs, List.of())
            .comparisons(List.of(), List.of());
    comparisons.forEach(comparison -> System.out.println(ScoreTable.render(comparison)));
    Path page = out == null ? Path.of(folders.get(0)).resolve("report.html") : Path.of(out);
    Report.write(comparisons, page);
    System.out.println("report: " + page.toAbsolutePath());
    return CommandLine.DONE;
  }

  private static FinishedRun finished(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new RunFolderException(folder + ": there is no such folder of a run");
    }
    Optional<FinishedRun> run = FinishedRun.read(folder);
    return run.orElseThrow(
        () ->
            new RunFolderException(
                folder
                    + ": expected a run whose last phase is over, found "
                    + (Files.exists(folder.resolve("config.conf"))
                        ? "one that was cut off; the command that began it goes on"
                        : "no run (no config.conf); of a folder that holds runs, name the runs")));
  }
}
