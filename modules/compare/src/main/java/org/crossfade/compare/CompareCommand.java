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
import java.util.Optional;
import org.crossfade.report.Comparison;
import org.crossfade.report.FinishedRuns;
import org.crossfade.report.Ordering;
import org.crossfade.report.ScoreTable;
import org.crossfade.report.page.Report;
import org.crossfade.tables.reproduce.ShippedFolder;
import org.crossfade.tables.series.RunSeries;
import org.crossfade.tables.series.Subject;
import org.crossfade.training.cli.Command;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.cli.HelpArgument;
import org.crossfade.training.cli.NativeProcess;
import org.crossfade.training.cli.OptionArguments;
import org.crossfade.training.loop.ConsoleProgress;

/**
 * Trains methods and rows of tables for seeds, or takes finished runs, and writes the table and the
 * report.
 */
@Parameters(
    commandDescription =
        "Compare methods and rows of tables: one table, one report; methods on Streets, or with"
            + " --config on the task it says, rows at their published size or with --streets")
public final class CompareCommand implements Command {
  @ParametersDelegate private final HelpArgument help = new HelpArgument();

  @ParametersDelegate private final OptionArguments sources = new OptionArguments();

  @Parameter(
      names = "--methods",
      description =
          "Methods, separated by commas (default: without --rows all that have a form on Streets,"
              + " source-only first), each as NAME or, with its ideas up to one alone, NAME.IDEA;"
              + " of finished runs also rows of tables")
  private List<String> methods = new ArrayList<>();

  @Parameter(
      names = "--rows",
      description =
          "Rows of tables, PAPER/tableN/ROW, or PAPER/tableN for all of a table's, separated by"
              + " commas")
  private List<String> rows = new ArrayList<>();

  @Parameter(
      names = "--streets",
      description =
          "Run everything in its small form on Streets, the generated data set; methods without"
              + " --config are so in any case")
  private boolean streets;

  @Parameter(names = "--experiments", description = "Folder of the tables' rows")
  private String experiments = "experiments";

  @Parameter(
      names = "--controls",
      description =
          "Train beside each method, for each of its ideas, the same without it; the table shows"
              + " what the idea itself adds")
  private boolean controls;

  @Parameter(
      names = "--order",
      description =
          "Orders to test on what is shown, from the lowest mIoU, such as"
              + " 'source-only < adaptsegnet < fada', separated by commas: each step counts as"
              + " shown if its mean over five seeds, paired, exceeds two standard errors")
  private List<String> orders = new ArrayList<>();

  @Parameter(names = "--seeds", description = "Seeds, separated by commas (default: 0)")
  private List<Long> seeds = new ArrayList<>();

  @Parameter(names = "--out", description = "Folder of the runs and of report.html")
  private String out = "runs/compare";

  @Parameter(
      names = "--report-only",
      description =
          "Train nothing: report on the finished runs in the folder (of --methods, --rows and"
              + " --seeds, where given)")
  private boolean reportOnly;

  @Parameter(
      names = "--beside",
      description =
          "Folder of finished runs of the same methods, such as reference-results/streets/GROUP:"
              + " shown beside the scores, with their seeds and own gains")
  private String beside;

  @Parameter(
      names = "--runs",
      description =
          "Folders of finished runs, of comparisons or of reproduced tables, separated by commas:"
              + " train nothing, report on them in --out")
  private List<String> finished = new ArrayList<>();

  /** For {@link java.util.ServiceLoader}. */
  public CompareCommand() {}

  @Override
  public String verb() {
    return "compare";
  }

  @Override
  public boolean helpAsked() {
    return help.asked();
  }

  @Override
  public int run(List<String> typed) throws IOException {
    requireOneSize();
    requireSeedsOnce();
    Path folder = Path.of(out);
    boolean trains = !reportOnly && finished.isEmpty();
    boolean anything = methods.isEmpty() && rows.isEmpty();
    var subjects =
        new Subjects(
            anything && trains ? Subjects.methodsOnStreets() : methods,
            rows,
            ShippedFolder.of(experiments));
    List<Long> shownSeeds = seeds.isEmpty() && trains ? List.of(0L) : seeds;
    List<Ordering> asked = orders.stream().map(Ordering::parse).toList();
    List<String> names = subjects.names();
    Optional<FinishedRuns> others = others();
    if (trains) {
      names = train(subjects, shownSeeds, folder);
    }
    FinishedRuns found =
        finished.isEmpty()
            ? FinishedRuns.in(folder)
            : FinishedRuns.in(finished.stream().map(Path::of).toArray(Path[]::new));
    // What was trained goes by its name: a method's does not mean rows of that method beside it.
    FinishedRuns shown = trains ? found.called(names) : found;
    List<Comparison> comparisons = shown.comparisons(names, shownSeeds);
    if (!trains && !found.unfinished().isEmpty()) {
      System.out.println("not finished, left out: " + found.unfinishedNames());
    }
    if (others.isPresent()) {
      comparisons = beside(comparisons, others.get());
    }
    for (Comparison comparison : comparisons) {
      System.out.println(ScoreTable.render(comparison));
      asked.forEach(order -> System.out.println(order.render(comparison)));
    }
    Path report = folder.resolve("report.html");
    Report.write(comparisons, report);
    System.out.println("report: " + report.toAbsolutePath());
    return CommandLine.DONE;
  }

  /**
   * Returns the runs of {@code --beside}; that it holds none is said before anything is trained.
   */
  private Optional<FinishedRuns> others() throws IOException {
    if (beside == null) {
      return Optional.empty();
    }
    FinishedRuns others = FinishedRuns.in(ShippedFolder.of(beside));
    if (others.runs().isEmpty()) {
      throw new ParameterException(
          "--beside "
              + beside
              + " holds no finished run; a folder of runs of several seeds, such"
              + " as reference-results/streets/uda-deeplab, is expected");
    }
    return Optional.of(others);
  }

  private static List<Comparison> beside(List<Comparison> comparisons, FinishedRuns others) {
    return comparisons.stream().map(comparison -> comparison.beside(others)).toList();
  }

  /** Trains what is not finished and returns the names of all runs. */
  private List<String> train(Subjects subjects, List<Long> ofSeeds, Path folder)
      throws IOException {
    boolean small = streets || (rows.isEmpty() && sources.files().isEmpty());
    var series = new RunSeries(folder, RunSeries.Inputs.of(sources, small));
    List<Subject> chosen = List.copyOf(subjects.all());
    List<Subject> runs = controls ? series.withControls(chosen) : chosen;
    series.train(
        series.plan(runs, ofSeeds),
        run -> command(run, subjects),
        run -> new ConsoleProgress(run.subject().name(), NativeProcess.isTerminal()));
    return runs.stream().map(Subject::name).toList();
  }

  /** Returns the arguments that train one run alone. */
  private List<String> command(RunSeries.Planned run, Subjects subjects) {
    List<String> chosen = subjects.arguments(run.subject());
    var command = new ArrayList<String>(List.of("compare"));
    command.addAll(chosen);
    command.addAll(List.of("--seeds", Long.toString(run.seed())));
    if (streets) {
      command.add("--streets");
    }
    if (controls) {
      command.add("--controls");
    }
    command.addAll(sources.typed());
    if (chosen.contains("--rows")) {
      command.addAll(List.of("--experiments", experiments));
    }
    command.addAll(List.of("--out", out));
    return command;
  }

  private void requireOneSize() {
    if (!rows.isEmpty() && !finished.isEmpty()) {
      throw new ParameterException(
          "--rows are trained, --runs are finished; name rows of finished runs by --methods, as"
              + " their folders are called");
    }
    if (!rows.isEmpty() && !methods.isEmpty() && !streets && sources.files().isEmpty()) {
      throw new ParameterException(
          "--rows without --streets are of the published size, --methods without --config on"
              + " Streets; give --streets, or --config for the methods' task");
    }
  }

  private void requireSeedsOnce() {
    var seen = new HashSet<Long>();
    for (Long seed : seeds) {
      if (!seen.add(seed)) {
        throw new ParameterException("--seeds names " + seed + " twice; name it once");
      }
    }
  }
}
