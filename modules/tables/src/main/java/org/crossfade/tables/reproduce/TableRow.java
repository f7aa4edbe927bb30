package org.crossfade.tables.reproduce;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.crossfade.core.data.DataException;
import org.crossfade.core.label.ClassDefinition;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.Hocon;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.core.options.OptionReader;
import org.crossfade.tables.series.Subject;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;

/**
 * One row of a table: a file {@code experiments/PAPER/tableN/ROW.conf}; or of a figure that shows
 * scores, {@code experiments/PAPER/figureN/ROW.conf}.
 *
 * @param name of the file, without extension
 * @param file its options
 * @param options what it makes
 */
public record TableRow(String name, Path file, RowOptions options) {
  private static final String EXTENSION = ".conf";
  private static final String TABLE = "table";
  private static final Pattern FOLDER = Pattern.compile("(table|figure)\\d{1,4}");
  private static final String COST = OptionSources.ROW + ".cost";
  private static final Pattern PLACE =
      Pattern.compile(
          "(?<table>(?<paper>[^/]+)/(?<folder>" + FOLDER.pattern() + "))(/(?<row>[^/]+))?");

  /**
   * {@return the rows of a table, in its order}
   *
   * @param experiments the folder of all papers' experiments
   * @param paper name of its folder
   * @param table its number, or {@code tableN} or {@code figureN}
   * @throws DataException if there is no such table; the message lists those there are
   * @throws InvalidOptionsException if a file does not say which row it makes
   * @throws IOException if a file or folder cannot be read
   */
  public static List<TableRow> ofTable(Path experiments, String paper, String table)
      throws IOException {
    Path folder = experiments.resolve(paper).resolve(folder(table));
    if (!FOLDER.matcher(folder(table)).matches() || !Files.isDirectory(folder)) {
      throw new DataException(
          "there is no table %s of %s: no folder %s. There are %s"
              .formatted(table, paper, folder.toAbsolutePath(), tables(experiments)));
    }
    var rows = new ArrayList<TableRow>();
    for (Path file : list(folder)) {
      if (file.toString().endsWith(EXTENSION)) {
        rows.add(read(file));
      }
    }
    rows.sort(Comparator.comparingInt(row -> row.options().order()));
    return List.copyOf(rows);
  }

  /**
   * {@return rows by where they stand below the experiments}
   *
   * @param experiments the folder of all papers' experiments
   * @param place {@code PAPER/tableN/ROW}, or {@code PAPER/tableN} for all rows of a table
   * @throws IllegalArgumentException if nothing stands there; the message lists what does
   * @throws IOException if a file or folder cannot be read
   */
  public static List<TableRow> at(Path experiments, String place) throws IOException {
    Matcher parts = PLACE.matcher(place);
    if (!parts.matches() || !Files.isDirectory(experiments.resolve(parts.group("table")))) {
      throw new IllegalArgumentException(
          "%s: there is no such table; expected PAPER/tableN/ROW, or PAPER/tableN for all its rows, of %s"
              .formatted(place, tables(experiments)));
    }
    List<TableRow> rows = ofTable(experiments, parts.group("paper"), parts.group("folder"));
    String name = parts.group("row");
    List<TableRow> named =
        rows.stream().filter(row -> name == null || row.name().equals(name)).toList();
    if (named.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: %s has no such row; there are %s"
              .formatted(
                  place,
                  parts.group("table"),
                  rows.stream().map(TableRow::name).collect(Collectors.joining(", "))));
    }
    return named;
  }

  /** Returns the name of a table's folder: {@code table3} for 3. */
  static String folder(String table) {
    return table.matches("\\d+") ? TABLE + table : table;
  }

  /** {@return the row as a subject of a series of its own table, called by its name} */
  public Subject subject() {
    return Subject.of(name, options.title(), options.method(), Optional.of(file));
  }

  /** {@return where the row stands below the experiments: {@code PAPER/tableN/ROW}} */
  public String place() {
    Path table = file.toAbsolutePath().normalize().getParent();
    return table.getParent().getFileName() + "/" + table.getFileName() + "/" + name;
  }

  /** {@return the row as a subject beside rows of other tables: {@code PAPER-tableN-ROW}} */
  public Subject subjectAmongTables() {
    return Subject.of(
        place().replace('/', '-'), options.title(), options.method(), Optional.of(file));
  }

  /**
   * {@return what one run takes at the published size} Reads no data.
   *
   * @param files of options, which win over the row's own
   * @param settings single options {@code key=value}, which win over files
   * @throws InvalidOptionsException with everything that is wrong with the row's options
   */
  public RowCost cost(List<Path> files, List<String> settings) {
    var all = new ArrayList<>(List.of(file));
    all.addAll(files);
    var row = new ExperimentLoader(new OptionSources(options.method(), false, all, settings));
    columns(row.task().labelSpace());
    return RowCost.of(row.method().phases());
  }

  /**
   * Returns the columns of the table that the row fills; {@code mIoU} where it names none.
   *
   * @param space classes of its task
   * @throws InvalidOptionsException if there is no such column; the message lists those there are
   */
  List<String> columns(LabelSpace space) {
    List<String> columns =
        options
            .published()
            .map(RowOptions.Published::columns)
            .orElse(List.of(ClassDefinition.MEAN));
    try {
      columns.forEach(column -> ScoreColumn.requireKnown(column, space));
    } catch (IllegalArgumentException e) {
      throw new InvalidOptionsException(
          List.of(file + ": 'row.published.columns': " + e.getMessage()), e);
    }
    return columns;
  }

  /**
   * Reads one file.
   *
   * @param file of options with a section {@code row}
   * @return the row that it makes
   * @throws InvalidOptionsException if it does not say which row it makes
   */
  public static TableRow read(Path file) {
    try {
      Config whole = OptionSources.parse(file);
      if (!whole.root().containsKey(OptionSources.ROW)) {
        throw new InvalidOptionsException(
            List.of(file + ": says no 'row { order, title, method, ... }' of a table"));
      }
      Config row = Hocon.resolve(whole.withOnlyPath(OptionSources.ROW));
      refuseCost(row);
      RowOptions options = OptionReader.readOne(row, OptionSources.ROW, RowOptions.class);
      String name = file.getFileName().toString();
      return new TableRow(name.substring(0, name.length() - EXTENSION.length()), file, options);
    } catch (ConfigException e) {
      throw new InvalidOptionsException(List.of(String.valueOf(e.getMessage())));
    }
  }

  /** Files of an earlier version said what a run takes. */
  private static void refuseCost(Config row) {
    if (row.hasPathOrNull(COST)) {
      throw new InvalidOptionsException(
          List.of(
              "%s: '%s' is no option any more: 'reproduce --list' computes it; remove it"
                  .formatted(row.getValue(COST).origin().description(), COST)));
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  private static String tables(Path experiments) throws IOException {
    if (!Files.isDirectory(experiments)) {
      return "none: " + experiments.toAbsolutePath() + " is no folder; give --experiments";
    }
    var tables = new ArrayList<String>();
    for (Path paper : list(experiments)) {
      if (Files.isDirectory(paper)) {
        for (Path table : list(paper)) {
          if (FOLDER.matcher(table.getFileName().toString()).matches()) {
            tables.add(paper.getFileName() + "/" + table.getFileName());
          }
        }
      }
    }
    return String.join(", ", tables);
  }
}
