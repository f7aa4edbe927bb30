package org.crossfade.tables.reproduce;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crossfade.tables.reference.PublishedTable;
import org.crossfade.tables.series.RunSeries;
import org.crossfade.tables.series.Subject;
import org.crossfade.training.cli.Command;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.cli.HelpArgument;
import org.crossfade.training.cli.NativeProcess;
import org.crossfade.training.cli.OptionArguments;
import org.crossfade.training.evaluation.TextTable;
import org.crossfade.training.loop.ConsoleProgress;

/** {@code reproduce}: the rows of a paper's table, beside the paper's numbers. */
@Parameters(
    commandDescription =
        "Run the rows of a paper's table and print ours beside the paper's; skips what is finished,"
            + " resumes what was cut off")
public final class ReproduceCommand implements Command {
  @ParametersDelegate private final HelpArgument help = new HelpArgument();

  @ParametersDelegate private final OptionArguments options = new OptionArguments();

  @Parameter(names = "--paper", description = "Paper (default: the module's own)")
  private String paper = System.getProperty("crossfade.method", "");

  @Parameter(
      names = "--table",
      description = "Number of the table, or figureN for a figure's scores",
      required = true)
  private String table;

  @Parameter(
      names = "--array",
      description =
          "Train nothing: print the independent jobs of the table, for a scheduler, as lines of"
              + " JSON: one for each row and seed, and before them the phases that several begin"
              + " with")
  private boolean array;

  @Parameter(
      names = "--collect",
      description = "Train nothing: print the table of the runs that are finished")
  private boolean collect;

  @Parameter(
      names = "--train-only",
      description = "Print and write no table: for a job that makes a part of one")
  private boolean trainOnly;

  @Parameter(
      names = "--until",
      description = "Train each run up to this phase alone, and print no table")
  private String until;

  @Parameter(
      names = "--row",
      description = "Rows by the names that --list shows, separated by commas (default: all)")
  private List<String> names = new ArrayList<>();

  @Parameter(
      names = "--streets",
      description = "Run each row in its small form on Streets, the generated data set")
  private boolean streets;

  @Parameter(names = "--seeds", description = "Seeds, separated by commas (default: 0)")
  private List<Long> seeds = new ArrayList<>();

  @Parameter(
      names = "--controls",
      description =
          "Train beside each row, for each of its ideas, the same without it; the column 'own gain'"
              + " shows what the last one adds")
  private boolean controls;

  @Parameter(
      names = "--list",
      description = "Run nothing: list the rows and what each costs at the published size")
  private boolean list;

  @Parameter(
      names = "--out",
      description = "Folder of the runs (default: runs/PAPER-tableN, with -streets)")
  private String out;

  @Parameter(names = "--experiments", description = "Folder of the tables' rows")
  private String experiments = "experiments";

  @Parameter(names = "--reference-results", description = "Folder of the papers' numbers")
  private String reference = "reference-results";

  /** For {@link java.util.ServiceLoader}. */
  public ReproduceCommand() {}

  @Override
  public String verb() {
    return "reproduce";
  }

  @Override
  public boolean helpAsked() {
    return help.asked();
  }

  @Override
  public int run(List<String> typed) throws IOException {
    if (paper.isEmpty()) {
      throw new ParameterException("which paper? Give --paper");
    }
    if (Stream.of(list, array, collect, trainOnly || until != null).filter(b -> b).count() > 1) {
      throw new ParameterException(
          "--list, --array, --collect and --train-only or --until are different things to do; give"
              + " one of them");
    }
    List<TableRow> rows = chosen(TableRow.ofTable(ShippedFolder.of(experiments), paper, table));
    if (list) {
      System.out.println(listed(rows));
      return CommandLine.DONE;
    }
    Path folder = folder();
    var series = new RunSeries(folder, RunSeries.Inputs.of(options, streets));
    List<Subject> subjects = rows.stream().map(TableRow::subject).toList();
    List<RunSeries.Planned> planned =
        series.plan(
            controls ? series.withControls(subjects) : subjects,
            seeds.isEmpty() ? List.of(0L) : seeds);
    if (array) {
      System.out.println(TableJobs.of(planned, this::jobCommand).lines());
      return CommandLine.DONE;
    }
    for (TableRow row : rows) {
      planned.stream()
          .filter(run -> run.subject().equals(row.subject()))
          .forEach(run -> row.columns(run.labelSpace()));
    }
    if (!collect) {
      series.train(
          planned,
          Optional.ofNullable(until),
          this::command,
          run -> new ConsoleProgress(run.subject().name(), NativeProcess.isTerminal()));
      if (trainOnly || until != null) {
        return CommandLine.DONE;
      }
    }
    ReproducedTable result =
        ReproducedTable.of(
            rows, planned, controls ? series::control : row -> Optional.empty(), published());
    System.out.println(heading());
    System.out.println(result.text());
    Path file = Files.createDirectories(folder).resolve("table.csv");
    result.write(file);
    System.out.println("\ntable: " + file.toAbsolutePath());
    return CommandLine.DONE;
  }

  /** Returns the arguments of a job that trains one run of one row, up to a phase or all of it. */
  private List<String> jobCommand(String row, long seed, Optional<String> phase) {
    List<String> command = command(row, seed);
    command.addAll(phase.map(p -> List.of("--until", p)).orElse(List.of("--train-only")));
    return command;
  }

  /** Returns the arguments that make one run of one row. */
  private List<String> command(RunSeries.Planned run) {
    return command(TableJobs.row(run), run.seed());
  }

  private List<String> command(String row, long seed) {
    var command = new ArrayList<String>();
    command.addAll(List.of("reproduce", "--paper", paper, "--table", table));
    command.addAll(List.of("--row", row, "--seeds", Long.toString(seed)));
    if (controls) {
      command.add("--controls");
    }
    if (streets) {
      command.add("--streets");
    }
    command.addAll(options.typed());
    command.addAll(List.of("--experiments", experiments, "--out", folder().toString()));
    return command;
  }

  private Path folder() {
    return Path.of(out == null ? "runs/" + paper + "-" + TableRow.folder(table) + suffix() : out);
  }

  private String suffix() {
    return streets ? "-streets" : "";
  }

  private String heading() {
    return "\n"
        + paper
        + ", "
        + TableRow.folder(table).replaceFirst("(?=\\d)", " ")
        + (streets
            ? ": ours in the small form on Streets, the paper's on its own data; the two columns"
                + " can't be compared, only the order of the rows\n"
            : "\n");
  }

  private Optional<PublishedTable> published() throws IOException {
    Path file = ShippedFolder.of(reference).resolve(paper).resolve(TableRow.folder(table) + ".csv");
    return Files.exists(file) ? Optional.of(PublishedTable.read(file)) : Optional.empty();
  }

  private List<TableRow> chosen(List<TableRow> rows) {
    List<String> known = rows.stream().map(TableRow::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new ParameterException(
            "--row %s: table %s of %s has no such row; there are %s"
                .formatted(name, table, paper, String.join(", ", known)));
      }
    }
    return rows.stream().filter(row -> names.isEmpty() || names.contains(row.name())).toList();
  }

  private String listed(List<TableRow> rows) {
    var lines = new ArrayList<List<String>>();
    lines.add(List.of("row", "method", "title", "iterations", "images", "GPU hours (estimate)"));
    for (TableRow row : rows) {
      RowCost cost = row.cost(options.files(), options.settings());
      lines.add(
          List.of(
              row.name(),
              row.options().method(),
              row.options().title(),
              Long.toString(cost.iterations()),
              Long.toString(cost.images()),
              String.format(Locale.ROOT, "%.0f", cost.gpuHours())));
    }
    return TextTable.aligned(lines, Set.of(0, 1, 2))
        + rows.stream()
            .filter(row -> row.options().note().isPresent())
            .map(row -> "\n" + row.name() + ": " + row.options().note().get())
            .collect(Collectors.joining());
  }
}
