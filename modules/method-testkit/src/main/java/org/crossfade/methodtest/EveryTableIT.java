package org.crossfade.methodtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every table of a paper lists, the options of all its rows are found, and a row of each trains on
 * Streets, from the paper's own module with its run-time class path alone; with {@code -Pslow}
 * every row does. The build of a paper's module runs this class without being told ({@code
 * modules/method-parent}).
 *
 * <p>A row trains an iteration of each of its phases at the smallest size. Rows which are the same
 * there (they differ in the backbone, say) train once.
 */
class EveryTableIT {
  private static final String PAPER = System.getProperty("crossfade.method");
  private static final Path EXPERIMENTS = ModuleProgram.root().resolve("experiments");
  private static final int PROGRAMS = 2;

  @TempDir private static Path folder;

  private static final BlockingQueue<Numbered> FREE = new LinkedBlockingQueue<>();

  /** A program and the folder of its runs: what runs share is not made for two processes. */
  private record Numbered(ModuleProgram program, Path runs) {}

  /** What one table's rows have in common with another's is a form. */
  private record Form(Row row, List<String> settings, List<String> names) {}

  private record Row(String table, String name, String method) {
    Path file() {
      return EXPERIMENTS.resolve(PAPER).resolve(table).resolve(name + ".conf");
    }
  }

  private interface Work<T> {
    T with(Numbered program) throws IOException;
  }

  @BeforeAll
  static void preparePrograms() throws IOException {
    for (int i = 0; i < PROGRAMS; i++) {
      Path own = Files.createDirectories(folder.resolve("program-" + i));
      FREE.add(new Numbered(new ModuleProgram(Path.of(""), PAPER, own), own.resolve("runs")));
    }
  }

  @AfterAll
  static void endPrograms() {
    FREE.forEach(numbered -> numbered.program().close());
  }

  private static <T> T borrowing(Work<T> work) throws IOException {
    try {
      Numbered program = FREE.take();
      try {
        return work.with(program);
      } finally {
        FREE.add(program);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a program", e);
    }
  }

  @TestFactory
  @Execution(ExecutionMode.CONCURRENT)
  Stream<DynamicTest> everyTableListsAndFindsTheOptionsOfItsRows() throws IOException {
    return tables().stream()
        .map(
            table ->
                DynamicTest.dynamicTest(
                    PAPER + ", " + table,
                    () -> {
                      List<Row> rows = rows(table);
                      assertThat(rows).isNotEmpty();
                      for (Row row : rows) {
                        assertThat(options(row, false).hasPath("task")).isTrue();
                        assertThat(options(row, true).hasPath("task")).isTrue();
                      }
                    }));
  }

  /** A row of another paper's method where there is one: whether that is there is the question. */
  @TestFactory
  @Execution(ExecutionMode.CONCURRENT)
  Stream<DynamicTest> aRowOfEveryTableTrainsOnStreets() throws IOException {
    var chosen = new ArrayList<Row>();
    for (String table : tables()) {
      chosen.add(
          rows(table).stream().min(Comparator.comparingInt(EveryTableIT::rank)).orElseThrow());
    }
    return tests(forms(chosen));
  }

  private static int rank(Row row) {
    boolean own = row.method().equals(PAPER);
    return own ? 1 : Files.isDirectory(EXPERIMENTS.resolve(row.method())) ? 0 : 2;
  }

  @Tag("slow")
  @TestFactory
  @Execution(ExecutionMode.CONCURRENT)
  Stream<DynamicTest> everyRowTrainsOnStreets() throws IOException {
    var all = new ArrayList<Row>();
    for (String table : tables()) {
      all.addAll(rows(table));
    }
    return tests(forms(all));
  }

  private static Stream<DynamicTest> tests(List<Form> forms) {
    return forms.stream()
        .map(
            form ->
                DynamicTest.dynamicTest(String.join(", ", form.names()), () -> trainsAtAll(form)));
  }

  private static List<String> tables() throws IOException {
    var tables = new TreeSet<String>();
    if (Files.isDirectory(EXPERIMENTS.resolve(PAPER))) {
      try (var entries = Files.list(EXPERIMENTS.resolve(PAPER))) {
        entries
            .map(entry -> entry.getFileName().toString())
            .filter(name -> name.matches("(table|figure)\\d+"))
            .forEach(tables::add);
      }
    }
    return List.copyOf(tables);
  }

  /** Asks the program, as a user does: the rows of a table, named as their files. */
  private static List<Row> rows(String table) throws IOException {
    String listed =
        borrowing(p -> p.program().run(List.of("reproduce", "--table", table, "--list")));
    List<Row> rows =
        listed
            .lines()
            .skip(1)
            .map(line -> line.split("\\s{2,}", -1))
            .filter(words -> words.length > 2)
            .map(words -> new Row(table, words[0], words[1]))
            .toList();
    try (var files = Files.list(EXPERIMENTS.resolve(PAPER).resolve(table))) {
      assertThat(rows)
          .extracting(row -> row.name() + ".conf")
          .containsExactlyInAnyOrderElementsOf(
              files.map(file -> file.getFileName().toString()).toList());
    }
    return rows;
  }

  private static List<Form> forms(List<Row> rows) throws IOException {
    Map<String, Form> forms = new LinkedHashMap<>();
    for (Row row : rows) {
      Config all = options(row, true);
      List<String> settings = new ArrayList<>(SmallSettings.of(all, row.method(), 1));
      settings.addAll(SmallSettings.barest(all, row.method()));
      for (String setting : settings) {
        all = ConfigFactory.parseString(setting).withFallback(all);
      }
      forms
          .computeIfAbsent(
              row.method() + all.root().render(ConfigRenderOptions.concise()),
              key -> new Form(row, settings, new ArrayList<>()))
          .names()
          .add(row.table() + " " + row.name());
    }
    return List.copyOf(forms.values());
  }

  private static Config options(Row row, boolean streets) throws IOException {
    List<String> words = new ArrayList<>(List.of("print-config", "--method", row.method()));
    words.addAll(List.of("--config", row.file().toString()));
    if (streets) {
      words.add("--streets");
    }
    return ConfigFactory.parseString(borrowing(p -> p.program().run(words))).getConfig("crossfade");
  }

  private static void trainsAtAll(Form form) throws IOException {
    Row row = form.row();
    Path out =
        borrowing(
            p -> {
              Path runs = p.runs().resolve(row.table());
              var words = new ArrayList<String>();
              words.addAll(List.of("reproduce", "--table", row.table(), "--streets"));
              words.addAll(List.of("--row", row.name(), "--out", runs.toString()));
              form.settings().forEach(setting -> words.addAll(List.of("--set", setting)));
              assertThat(p.program().run(words)).contains("table: ");
              return runs.resolve(row.name() + "-seed0");
            });

    var json = new ObjectMapper();
    var phases = new TreeSet<String>();
    JsonNode results = json.readTree(out.resolve("results.json").toFile()).path("phases");
    results.fieldNames().forEachRemaining(phases::add);
    assertThat(phases).isNotEmpty();
    for (JsonNode phase : results) {
      assertThat(phase.path("evaluation").path("miou").asDouble(-1)).isBetween(0.0, 1.0);
    }
    var trained = new TreeSet<String>();
    for (String line : Files.readAllLines(out.resolve("metrics.jsonl"))) {
      JsonNode node = json.readTree(line);
      if (node.path("type").asText().equals("progress")) {
        trained.add(node.path("phase").asText());
        assertThat(node.path("losses")).as(line).isNotEmpty();
        assertThat(node.path("losses"))
            .as(line)
            .allMatch(loss -> loss.isNumber() && Double.isFinite(loss.asDouble()));
      }
    }
    assertThat(trained).isEqualTo(phases);
  }
}
