package org.crossfade.tables.reproduce;

import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.crossfade.core.label.ClassDefinition;
import org.crossfade.tables.reference.PublishedTable;
import org.crossfade.tables.reference.PublishedValue;
import org.crossfade.tables.series.RunSeries.Planned;
import org.crossfade.tables.series.Subject;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.evaluation.PairedGain;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.evaluation.Spread;
import org.crossfade.training.evaluation.TextTable;

/** Our numbers beside the paper's. */
public final class ReproducedTable {
  private static final String MIOU = ClassDefinition.MEAN;
  private static final List<String> HEADER =
      List.of(
          "row",
          "column",
          "ours %",
          "paper %",
          "difference",
          "own gain",
          "iterations",
          "seeds",
          "selection",
          "precision",
          "note");

  private final List<List<String>> lines;

  private ReproducedTable(List<List<String>> lines) {
    this.lines = lines;
  }

  /**
   * {@return the table of the runs that are finished}
   *
   * @param rows in the table's order
   * @param runs of the rows' subjects, all seeds
   * @param control of a row's subject, where it was run too
   * @param published the paper's table, where it is known
   * @throws IOException if a finished run cannot be read
   */
  public static ReproducedTable of(
      List<TableRow> rows,
      List<Planned> runs,
      Function<Subject, Optional<Subject>> control,
      Optional<PublishedTable> published)
      throws IOException {
    Map<Subject, List<Planned>> made =
        runs.stream().collect(Collectors.groupingBy(Planned::subject));
    var lines = new ArrayList<List<String>>();
    for (TableRow row : rows) {
      RowOptions options = row.options();
      for (String column : row.columns(made.get(row.subject()).get(0).labelSpace())) {
        Optional<PublishedValue> paper =
            options
                .published()
                .flatMap(
                    p ->
                        published.flatMap(
                            t -> t.value(p.task(), p.setting(), p.backbone(), p.method(), column)));
        List<Planned> own = made.get(row.subject());
        List<Planned> without =
            control.apply(row.subject()).map(made::get).orElse(List.<Planned>of());
        lines.add(line(options, own, without, column, paper));
      }
    }
    return new ReproducedTable(lines);
  }

  private static List<String> line(
      RowOptions options,
      List<Planned> planned,
      List<Planned> control,
      String column,
      Optional<PublishedValue> paper)
      throws IOException {
    List<Planned> runs = finished(planned);
    Map<Long, Double> scores = scores(runs, column);
    Optional<Spread> ours =
        scores.isEmpty() ? Optional.empty() : Optional.of(Spread.of(List.copyOf(scores.values())));
    Optional<PairedGain> own =
        column.equals(MIOU)
            ? PairedGain.of(mious(runs), mious(finished(control)))
            : Optional.empty();
    String note =
        options.note().orElse("")
            + paper.map(PublishedValue::note).filter(n -> !n.isEmpty()).map(n -> " " + n).orElse("")
            + (runs.size() < planned.size()
                ? " %d of %d seeds".formatted(runs.size(), planned.size())
                : "");
    if (runs.isEmpty()) {
      String paperValue = paper.map(value -> value.value().toPlainString()).orElse("-");
      return List.of(
          options.title(), column, "-", paperValue, "-", "-", "-", "-", "-", "-", note.strip());
    }
    RunResults results = runs.get(0).results();
    return List.of(
        options.title(),
        column,
        ours.map(ReproducedTable::percent).orElse("-"),
        paper.map(value -> value.value().toPlainString()).orElse("-"),
        ours.isPresent() && paper.isPresent() ? difference(ours.get(), paper.get().value()) : "-",
        own.map(PairedGain::points).orElse("-"),
        Long.toString(
            results.phases().values().stream().mapToLong(RunResults.PhaseResult::iterations).sum()),
        runs.stream().map(run -> Long.toString(run.seed())).collect(Collectors.joining(" ")),
        results.selection(),
        results.precisionKey(),
        note.strip());
  }

  private static List<Planned> finished(List<Planned> planned) throws IOException {
    var finished = new ArrayList<Planned>();
    for (Planned one : planned) {
      if (one.run().finished()) {
        finished.add(one);
      }
    }
    return finished;
  }

  private static Map<Long, Double> mious(List<Planned> runs) throws IOException {
    var mious = new TreeMap<Long, Double>();
    for (Planned run : runs) {
      mious.put(run.seed(), run.results().last().orElseThrow().evaluation().miou());
    }
    return mious;
  }

  /** Returns the column's percentages by seed. */
  private static Map<Long, Double> scores(List<Planned> runs, String column) throws IOException {
    var scores = new TreeMap<Long, Double>();
    for (Planned run : runs) {
      EvaluationResult result = run.results().last().orElseThrow().evaluation();
      ScoreColumn.of(column, result, run.labelSpace())
          .ifPresent(score -> scores.put(run.seed(), score));
    }
    return scores;
  }

  private static String percent(Spread spread) {
    String mean = String.format(Locale.ROOT, "%.1f", spread.mean());
    return spread.deviation().isEmpty()
        ? mean
        : mean + String.format(Locale.ROOT, " ± %.1f", spread.deviation().getAsDouble());
  }

  private static String difference(Spread ours, BigDecimal paper) {
    return String.format(Locale.ROOT, "%+.1f", ours.mean() - paper.doubleValue());
  }

  /** {@return the table as text for a terminal} */
  public String text() {
    var rows = new ArrayList<List<String>>(List.of(HEADER));
    rows.addAll(lines);
    return TextTable.aligned(rows, Set.of(0, 1, 7, 8, 9, 10));
  }

  /**
   * Writes the table as CSV (RFC 4180, UTF-8).
   *
   * @param file to write; one that is there is replaced
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    CsvSchema.Builder schema = CsvSchema.builder();
    HEADER.forEach(schema::addColumn);
    try (var out = Files.newBufferedWriter(file);
        var values = new CsvMapper().writer(schema.build().withHeader()).writeValues(out)) {
      for (List<String> line : lines) {
        values.write(line);
      }
    }
  }
}
