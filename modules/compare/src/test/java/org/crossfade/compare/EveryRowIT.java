package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.datasets.DataRoots;
import org.crossfade.report.FinishedRun;
import org.crossfade.report.MetricsHistory;
import org.crossfade.tables.reproduce.TableRow;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.loop.TrainingRun;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every row of every table trains on Streets: an iteration of each of its phases, at the smallest
 * size. Rows which are the same there (they differ in the backbone, say) train once.
 */
class EveryRowIT {
  private static final Path EXPERIMENTS = Path.of("../../experiments");

  @TempDir private static Path folder;

  private record Form(OptionSources sources, List<String> rows) {}

  @TestFactory
  Stream<DynamicTest> everyRowTrainsOnStreets() throws IOException {
    return forms().stream()
        .map(
            form ->
                DynamicTest.dynamicTest(String.join(", ", form.rows()), () -> trainsAtAll(form)));
  }

  private static List<Form> forms() throws IOException {
    Map<String, Form> forms = new LinkedHashMap<>();
    for (Path file : rows()) {
      String method = TableRow.read(file).options().method();
      OptionSources sources = SmallForm.of(method, List.of(file), 1, smaller(method));
      forms
          .computeIfAbsent(
              OptionSources.hash(sources.resolve(), method, ""),
              hash -> new Form(sources, new ArrayList<>()))
          .rows()
          .add(EXPERIMENTS.relativize(file).toString());
    }
    assertThat(forms).isNotEmpty();
    return List.copyOf(forms.values());
  }

  /** What takes time here is the making of graphs. */
  private static String[] smaller(String method) {
    var settings =
        new ArrayList<>(
            List.of(
                "task.validation.count = 1",
                "run.sample-images = 0",
                "run.evaluate-every = 0",
                "run.class-center-distance = false",
                "run.feature-map-cells = 0"));
    String network = method + ".network";
    Config form = new OptionSources(method, true, List.of(), List.of()).resolve();
    for (String part : List.of(network, network + ".inner")) {
      if (form.hasPath(part + ".kind") && form.getString(part + ".kind").endsWith("-mit")) {
        settings.add(part + ".layers = [1, 1, 1, 1]");
        settings.add(part + ".decoder.dilations = [1, 6]");
      }
    }
    return settings.toArray(String[]::new);
  }

  private static List<Path> rows() throws IOException {
    try (var walk = Files.walk(EXPERIMENTS)) {
      return walk.filter(file -> file.toString().endsWith(".conf"))
          .filter(file -> file.getParent().getFileName().toString().startsWith("table"))
          .sorted()
          .toList();
    }
  }

  private static void trainsAtAll(Form form) throws IOException {
    var loader = new ExperimentLoader(form.sources());
    Path out = folder.resolve(form.rows().get(0).replace('/', '-'));
    var run =
        new TrainingRun(
            loader.experiment(DataRoots.parse(List.of(), Map.of()), Optional.empty()),
            out,
            Optional.of(folder.resolve("phases")));
    run.checkData();
    run.train(List.of("test"));

    FinishedRun finished = FinishedRun.read(out).orElseThrow();
    assertThat(finished.scores().miou()).isBetween(0.0, 1.0);
    assertThat(
            finished.history().progress().stream()
                .map(MetricsHistory.Progress::phase)
                .collect(Collectors.toSet()))
        .isEqualTo(
            loader.method().phases().stream()
                .filter(TrainingPhase.class::isInstance)
                .map(phase -> phase.name())
                .collect(Collectors.toSet()));
    for (MetricsHistory.Progress line : finished.history().progress()) {
      assertThat(line.losses()).isNotEmpty();
      assertThat(line.losses().values()).as(line.toString()).allMatch(Double::isFinite);
    }
  }
}
