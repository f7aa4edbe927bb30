package org.crossfade.compare;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.crossfade.compare.report.Report;
import org.crossfade.training.cli.Command;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.cli.HelpArgument;
import org.crossfade.training.cli.OptionArguments;

/** Trains methods for seeds, or takes finished runs, and writes the table and the report. */
@Parameters(
    commandDescription =
        "Compare methods: one table, one report; on Streets, or with --config on the task it says")
final class CompareCommand implements Command {
  @ParametersDelegate private final HelpArgument help = new HelpArgument();

  @ParametersDelegate private final OptionArguments sources = new OptionArguments();

  @Parameter(
      names = "--methods",
      description =
          "Methods, separated by commas (default: all that have a form on Streets, source-only"
              + " first); of finished runs also rows of tables")
  private List<String> methods = new ArrayList<>();

  @Parameter(names = "--seeds", description = "Seeds, separated by commas (default: 0)")
  private List<Long> seeds = new ArrayList<>();

  @Parameter(names = "--out", description = "Folder of the runs and of report.html")
  private String out = "runs/compare";

  @Parameter(
      names = "--report-only",
      description =
          "Train nothing: report on the finished runs in the folder (of --methods and --seeds,"
              + " where given)")
  private boolean reportOnly;

  @Parameter(
      names = "--runs",
      description =
          "Folders of finished runs, of comparisons or of reproduced tables, separated by commas:"
              + " train nothing, report on them in --out")
  private List<String> finished = new ArrayList<>();

  @Override
  public boolean helpAsked() {
    return help.asked();
  }

  @Override
  public int run() throws IOException {
    requireOnce("--methods", methods);
    requireOnce("--seeds", seeds);
    Path folder = Path.of(out);
    if (!trainsNothing()) {
      new ComparisonRuns(
              methods.isEmpty() ? ComparisonRuns.methodsOnStreets() : methods,
              seeds.isEmpty() ? List.of(0L) : seeds,
              folder,
              new ComparisonRuns.Sources(
                  sources.files(), sources.settings(), sources.typedDataRoots()),
              sources.dataRoots(),
              sources.weights())
          .train();
    }
    FinishedRuns found =
        finished.isEmpty()
            ? FinishedRuns.in(folder)
            : FinishedRuns.in(finished.stream().map(Path::of).toArray(Path[]::new));
    List<Comparison> comparisons = found.comparisons(shownMethods(), shownSeeds());
    if (trainsNothing() && !found.unfinished().isEmpty()) {
      System.out.println("not finished, left out: " + found.unfinishedNames());
    }
    comparisons.forEach(comparison -> System.out.println(ScoreTable.render(comparison)));
    Path report = folder.resolve("report.html");
    Report.write(comparisons, report);
    System.out.println("report: " + report.toAbsolutePath());
    return CommandLine.DONE;
  }

  private boolean trainsNothing() {
    return reportOnly || !finished.isEmpty();
  }

  /** Nothing restricts a report on finished runs but what was asked for. */
  private List<String> shownMethods() {
    return methods.isEmpty() && !trainsNothing() ? ComparisonRuns.methodsOnStreets() : methods;
  }

  private List<Long> shownSeeds() {
    return seeds.isEmpty() && !trainsNothing() ? List.of(0L) : seeds;
  }

  private static void requireOnce(String option, List<?> values) {
    var seen = new HashSet<Object>();
    for (Object value : values) {
      if (!seen.add(value)) {
        throw new ParameterException(option + " names " + value + " twice; name it once");
      }
    }
  }
}
