package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.crossfade.tables.reproduce.TableRow;
import org.crossfade.training.config.OptionSources;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every row of the experiments at the published size against the settings of its paper.
 *
 * <p>These stand in {@code src/test/resources/published-settings/PAPER.conf}, written from what
 * papers and official codes say and not from the options: {@code recipes = [{ rows, settings }]},
 * where {@code rows} are patterns of {@code tableN/ROW} or {@code figureN/ROW} and {@code settings}
 * options below {@code crossfade}; {@code none} is an option that is null. Later recipes win, and
 * {@code unused} names sections that such a row never trains.
 */
class PublishedSettingsTest {
  private static final Path EXPERIMENTS = Path.of("../../experiments");
  private static final Path SETTINGS = Path.of("src/test/resources/published-settings");
  private static final String NONE = "none";
  private static final List<TableRow> ROWS = read();
  private static final Map<String, List<Config>> RECIPES = new ConcurrentHashMap<>();
  private static final Map<String, Map<String, String>> RESOLVED = new ConcurrentHashMap<>();

  /** What a paper's settings must say of every phase that is trained. */
  private static final Set<String> SAID =
      Set.of(
          "iterations",
          "horizon",
          "batch",
          "width",
          "height",
          "rate",
          "batch-norm",
          "sampling",
          "weight-decay",
          "repeat-trunk-updates",
          "replicas",
          "aspp-branches",
          "kind",
          "resize",
          "labels");

  @Test
  void everyPaperHasPublishedSettings() throws IOException {
    try (var files = Files.list(SETTINGS)) {
      assertThat(ROWS.stream().map(PublishedSettingsTest::paper).distinct())
          .isNotEmpty()
          .containsExactlyInAnyOrderElementsOf(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> name.endsWith(".conf"))
                  .map(name -> name.replace(".conf", ""))
                  .toList());
    }
  }

  @TestFactory
  Stream<DynamicTest> everyRowHasThePublishedSettings() {
    return ROWS.stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.place(),
                    () -> {
                      Map<String, String> resolved = resolved(row);
                      var other = new TreeMap<String, String>();
                      leaves(settings(row))
                          .forEach(
                              (key, value) -> {
                                String found = resolved.getOrDefault(key, NONE);
                                if (!found.equals(value)) {
                                  other.put(key, "published " + value + ", found " + found);
                                }
                              });
                      assertThat(other).isEmpty();
                      assertThat(resolved).containsEntry("run.precision", "float32");
                    }));
  }

  @TestFactory
  Stream<DynamicTest> noRowTrainsByASettingThatThePapersSettingsDoNotSay() {
    return ROWS.stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.place(),
                    () -> {
                      Map<String, String> resolved = resolved(row);
                      List<String> unused = unused(row);
                      var unsaid = new TreeSet<String>();
                      for (String key : resolved.keySet()) {
                        List<String> path = Splitter.on('.').splitToList(key);
                        if (path.get(0).equals(row.options().method())
                            && SAID.contains(path.get(path.size() - 1))
                            && unused.stream().noneMatch(u -> key.startsWith(u + "."))
                            && isTrained(resolved, path)) {
                          unsaid.add(key);
                        }
                      }
                      Set<String> said = leaves(settings(row)).keySet();
                      unsaid.removeAll(said);
                      assertThat(unsaid).isEmpty();
                      assertThat(said)
                          .contains("task.source.kind", "task.target.kind", "run.selection");
                    }));
  }

  @TestFactory
  Stream<DynamicTest> everyPublishedSettingIsThatOfARow() throws IOException {
    try (var files = Files.list(SETTINGS)) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList().stream()
          .map(
              file ->
                  DynamicTest.dynamicTest(
                      file.getFileName().toString(),
                      () -> {
                        String paper = file.getFileName().toString().replace(".conf", "");
                        List<String> names =
                            ROWS.stream()
                                .map(TableRow::place)
                                .filter(place -> place.startsWith(paper + "/"))
                                .toList();
                        for (Config recipe : recipes(paper)) {
                          for (String pattern : recipe.getStringList("rows")) {
                            assertThat(names)
                                .as(pattern)
                                .anyMatch(name -> matches(paper, pattern, name));
                          }
                        }
                      }));
    }
  }

  private static boolean isTrained(Map<String, String> resolved, List<String> path) {
    for (int length = 1; length < path.size(); length++) {
      String section = String.join(".", path.subList(0, length));
      if (form(0).equals(resolved.get(section + ".iterations"))
          || form(false).equals(resolved.get(section + ".enabled"))) {
        return false;
      }
    }
    return true;
  }

  private static Config settings(TableRow row) {
    Config settings = ConfigFactory.empty();
    for (Config recipe : of(row)) {
      settings = recipe.getConfig("settings").withFallback(settings);
    }
    return settings;
  }

  private static List<String> unused(TableRow row) {
    var unused = new ArrayList<String>();
    for (Config recipe : of(row)) {
      if (recipe.hasPath("unused")) {
        unused.addAll(recipe.getStringList("unused"));
      }
    }
    return unused;
  }

  private static List<Config> of(TableRow row) {
    String paper = paper(row);
    List<Config> own =
        recipes(paper).stream()
            .filter(
                recipe ->
                    recipe.getStringList("rows").stream()
                        .anyMatch(pattern -> matches(paper, pattern, row.place())))
            .toList();
    assertThat(own).as("published settings of " + row.place()).isNotEmpty();
    return own;
  }

  private static List<Config> recipes(String paper) {
    return RECIPES.computeIfAbsent(paper, PublishedSettingsTest::read);
  }

  private static List<Config> read(String paper) {
    return ConfigFactory.parseFile(SETTINGS.resolve(paper + ".conf").toFile())
        .resolve()
        .getConfigList("recipes")
        .stream()
        .<Config>map(recipe -> recipe)
        .toList();
  }

  private static boolean matches(String paper, String pattern, String place) {
    return FileSystems.getDefault()
        .getPathMatcher("glob:" + paper + "/" + pattern)
        .matches(Path.of(place));
  }

  /** A row's options: those of its task, of its run and of its method. */
  private static Map<String, String> resolved(TableRow row) {
    return RESOLVED.computeIfAbsent(
        row.place(),
        place -> {
          String method = row.options().method();
          Config all = new OptionSources(method, false, List.of(row.file()), List.of()).resolve();
          return leaves(
              all.withOnlyPath("task")
                  .withFallback(all.withOnlyPath("run"))
                  .withFallback(all.withOnlyPath(method)));
        });
  }

  /** Options by their paths, numbers in one form: 5e-4 and 0.0005 are the same. */
  private static Map<String, String> leaves(Config config) {
    var leaves = new TreeMap<String, String>();
    addLeaves(config.root().unwrapped(), "", leaves);
    return leaves;
  }

  private static void addLeaves(
      Map<String, Object> section, String path, Map<String, String> leaves) {
    section.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> inner) {
            var below = new TreeMap<String, Object>();
            inner.forEach((k, v) -> below.put((String) k, v));
            addLeaves(below, path + key + ".", leaves);
          } else if (value != null) {
            leaves.put(path + key, form(value));
          }
        });
  }

  private static String form(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(PublishedSettingsTest::form).toList().toString();
    }
    return value instanceof Number number
        ? Double.toString(number.doubleValue())
        : String.valueOf(value);
  }

  private static String paper(TableRow row) {
    return Splitter.on('/').splitToList(row.place()).get(0);
  }

  private static List<TableRow> read() {
    try (var walk = Files.walk(EXPERIMENTS)) {
      return walk.filter(f -> f.toString().endsWith(".conf"))
          .filter(f -> f.getParent().getFileName().toString().matches("(table|figure)\\d+"))
          .sorted()
          .map(TableRow::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
