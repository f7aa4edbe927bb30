package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.datasets.DataRoots;
import org.crossfade.methodtest.MethodContract;
import org.crossfade.methodtest.SmallSettings;
import org.crossfade.report.FinishedRun;
import org.crossfade.report.MetricsHistory;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.Methods;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.loop.TrainingRun;
import org.crossfade.training.session.WeightFiles;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Road or not: the smallest task of one's own, for methods that were published with 19 classes. */
class BinaryTaskTest {
  @TempDir private static Path folder;

  /** Discriminators of 2K channels and a balanced class; the others with {@code -Pslow}. */
  @TestFactory
  Stream<DynamicTest> aMethodTellsRoadFromTheRest() {
    return tests(Stream.of("fada", "pixda"));
  }

  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> everyMethodTellsRoadFromTheRest() {
    return tests(
        Methods.all().stream()
            .map(AdaptationMethod.Factory::name)
            .filter(OptionSources::hasStreetsForm));
  }

  private static Stream<DynamicTest> tests(Stream<String> methods) {
    return methods.map(
        method -> DynamicTest.dynamicTest(method, () -> tellsRoadFromTheRest(method)));
  }

  private static void tellsRoadFromTheRest(String method) throws IOException {
    var loader = new ExperimentLoader(sources(method));
    Path run = folder.resolve(method);
    var training =
        new TrainingRun(
            loader.experiment(DataRoots.parse(List.of(), Map.of()), WeightFiles.NONE),
            run,
            Optional.empty());
    training.train(List.of("test"));

    FinishedRun finished = FinishedRun.read(run).orElseThrow();
    assertThat(finished.labelSpace().classNames()).containsExactly("road", "not road");
    assertThat(finished.scores().iou().keySet()).isSubsetOf("road", "not road").isNotEmpty();
    assertThat(finished.scores().confusion()).hasSize(2);
    for (MetricsHistory.Progress line : finished.history().progress()) {
      assertThat(line.losses().values()).as(line.toString()).allMatch(Double::isFinite);
    }
  }

  private static OptionSources sources(String method) throws IOException {
    Path classes = folder.resolve("road.csv");
    String others =
        LabelSpace.of(19).classNames().stream()
            .filter(name -> !name.equals("road"))
            .collect(Collectors.joining(";"));
    Files.writeString(classes, "name,also\nroad,\nnot road," + others + "\n");
    OptionSources small = MethodContract.small(method, List.of(), 2);
    var settings = new ArrayList<>(small.settings());
    settings.addAll(SmallSettings.barest(small.resolve(), method));
    settings.add("task.classes = \"" + classes + "\"");
    return new OptionSources(method, true, List.of(), settings);
  }
}
