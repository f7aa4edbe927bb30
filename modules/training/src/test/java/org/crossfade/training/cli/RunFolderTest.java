package org.crossfade.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.TinyMethod;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.loop.TrainingListener;
import org.crossfade.training.loop.TrainingRun;
import org.crossfade.training.run.RunDirectory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that are torn, starts that failed, folders of strangers, two that train in one. */
class RunFolderTest {
  private static final String[] SHORT = {
    "tiny.source.iterations = 1", "tiny.target-iterations = 1"
  };

  @TempDir static Path shared;
  private static Path trained;

  @TempDir Path folder;
  private Path run;

  @BeforeAll
  static void trainOnce() {
    trained = shared.resolve("run");
    Typed typed = Typed.command("train").settings(SHORT).add("--run-dir", trained).run();
    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
  }

  @BeforeEach
  void name() {
    run = folder.resolve("run");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "# Resolved options\n", "crossfade { task { name = x } }", "crossfade"})
  void aRecordThatIsNotWholeDoesNotMeanTheDefaults(String record) throws IOException {
    copyTrained();
    Files.writeString(run.resolve("config.conf"), record);

    for (String verb : List.of("train", "evaluate", "export")) {
      Typed typed = Typed.command(verb).add("--run-dir", run).add(out(verb)).run();

      assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.USAGE);
      assertThat(typed.err()).contains(run.resolve("config.conf").toString());
    }
    Typed given = Typed.command("train").settings(SHORT).add("--run-dir", run).run();
    assertThat(given.code()).isEqualTo(CommandLine.USAGE);

    // The advice that the message gives.
    Files.delete(run.resolve("config.conf"));
    Typed again = Typed.command("train").settings(SHORT).add("--run-dir", run).run();
    assertThat(again.code()).as(again.err()).isEqualTo(CommandLine.DONE);
  }

  private Object[] out(String verb) {
    return verb.equals("export") ? new Object[] {"--out", folder.resolve("model")} : new Object[0];
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "crossfade { run { seed = "})
  void aTornRecordOfARunThatCameToNothingIsReplaced(String record) throws IOException {
    Files.createDirectories(run);
    Files.writeString(run.resolve("config.conf"), record);

    Typed typed = Typed.command("train").settings(SHORT).add("--run-dir", run).run();

    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
    assertThat(run.resolve("config.conf")).hasSameTextualContentAs(trained.resolve("config.conf"));
  }

  @Test
  void aStartThatFailedDoesNotBindItsFolder() throws IOException {
    var wrong = new TrainingRun(TinyRuns.experiment("run.seed = 9"), run, Optional.empty());

    String message =
        refusal(
            () ->
                wrong.train(
                    List.of(),
                    new TrainingListener() {
                      @Override
                      public void phaseStarted(
                          String phase, long iteration, long iterations, String summary) {
                        throw new IllegalStateException("a crop can't be cut");
                      }
                    }));

    assertThat(message).contains("a crop can't be cut");
    assertThat(run.resolve("config.conf")).doesNotExist();
    assertThat(run.resolve("run.json")).doesNotExist();
    Typed right = Typed.command("train").settings(SHORT).add("--run-dir", run).run();
    assertThat(right.code()).as(right.err()).isEqualTo(CommandLine.DONE);
    assertThat(run.resolve("run.json")).content().contains("\"seed\" : 0");
  }

  /** Killed before its first checkpoint: the record is whole, and decides nothing yet. */
  @Test
  void aRunWithoutWorkTakesOtherOptions() throws IOException {
    Files.createDirectories(run);
    Files.writeString(
        run.resolve("config.conf"), TinyRuns.experiment("run.seed = 9").options().text());

    Typed typed =
        Typed.command("train")
            .settings(SHORT)
            .add("--set", "run.seed = 3")
            .add("--run-dir", run)
            .run();

    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
    assertThat(run.resolve("run.json")).content().contains("\"seed\" : 3");
    assertThat(run.resolve("config.conf")).content().containsPattern("seed *= *3");
  }

  @Test
  void anotherMethodsRunIsNamed() throws IOException {
    copyTrained();

    Typed typed = Typed.words("evaluate", "--method", "tiny-twin", "--run-dir", run.toString());

    assertThat(typed.code()).isEqualTo(CommandLine.USAGE);
    assertThat(typed.err()).contains("config.conf", "method 'tiny', not of 'tiny-twin'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"include url(\"URL\")", "include \"URL\"", "crossfade { include \"URL\" }"})
  void aStrangersRunFolderFetchesNothing(String statement) throws IOException {
    copyTrained();
    Path photo = folder.resolve("photo.png");
    TinyFolders.image(photo, 64, 32);
    var asked = new AtomicInteger();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/a.conf";
      Path config = run.resolve("config.conf");
      Files.writeString(config, Files.readString(config) + statement.replace("URL", url) + "\n");

      Typed predicted =
          Typed.command("predict")
              .add("--run-dir", run)
              .add("--out", folder.resolve("out"))
              .add(photo)
              .run();
      Typed resumed = Typed.command("train").add("--run-dir", run).run();

      for (Typed typed : List.of(predicted, resumed)) {
        assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.USAGE);
        assertThat(typed.err()).contains(config + ": ", url, "never fetched");
      }
    } finally {
      server.stop(0);
    }
    assertThat(asked).hasValue(0);
  }

  /** What a torn disk, or a person, leaves in the files of a run. */
  @ParameterizedTest
  @CsvSource({
    "results.json, null",
    "results.json, '{\"phases\":{\"source\":null}}'",
    "results.json, '{'",
    "run.json, null",
    "run.json, ''",
    "cost.json, null",
    "cost.json, '{}'",
    "phases/source/state.json, null",
    "phases/source/state.json, '{\"format\":1,\"loop\":null}'",
    "artefacts/pseudo-labels.json, null",
    "artefacts/pseudo-labels.json, '[1,'"
  })
  void aBrokenFileOfARunIsNamedWithoutAStackTrace(String file, String content) throws IOException {
    copyTrained();
    Path broken = run.resolve(file);
    assertThat(broken).exists();
    Files.writeString(broken, content);
    if (!file.startsWith("results")) {
      // So that the loop goes over its phases, and does not only print what they gave.
      Files.deleteIfExists(run.resolve("results.json"));
    }

    Typed typed = Typed.command("train").settings(SHORT).add("--run-dir", run).run();

    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.FAILED);
    assertThat(typed.err())
        .contains(run.toString(), broken.getFileName().toString())
        .doesNotContain("mistake", "Exception", "\tat ");
  }

  @Test
  void theFolderIsLockedWhileItTrains() throws IOException {
    var second = new TrainingRun(TinyRuns.experiment(SHORT), run, Optional.empty());
    var first = new TrainingRun(TinyRuns.experiment(SHORT), run, Optional.empty());
    var refusals = new ArrayList<String>();

    first.train(
        List.of(),
        new TrainingListener() {
          @Override
          public void iterated(String phase, long iteration, long iterations) {
            refusals.add(refusal(second::checkData));
            refusals.add(refusal(() -> second.train(List.of())));
          }
        });

    assertThat(refusals)
        .isNotEmpty()
        .allSatisfy(
            message ->
                assertThat(message)
                    .contains("'" + run + "'", "process " + ProcessHandle.current().pid())
                    .contains(" on ", "since 2", "--run-dir"));
    assertThat(run.resolve("run.lock")).isEmptyFile();
    second.train(List.of());
    assertThat(new RunDirectory(run).phase(TinyMethod.TARGET)).exists();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static String refusal(Work work) {
    try {
      work.run();
      return "";
    } catch (RuntimeException e) {
      return e.getMessage();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anAtSignIsALetterOfAName() {
    Typed typed =
        Typed.command("predict")
            .add("--run-dir", trained)
            .add("--out", folder.resolve("out"))
            .add("@" + folder.resolve("x.png"))
            .run();

    assertThat(typed.code()).isEqualTo(CommandLine.USAGE);
    assertThat(typed.err()).contains("@" + folder.resolve("x.png") + ": there is no such file");
  }

  @ParameterizedTest
  @CsvSource({
    "run.threads = 2147483647, threads must be from 0 to 1024",
    "run.decoding-threads = 2147483647, decoding-threads must be from 1 to 1024",
    "run.feature-map-cells = 2147483647, feature-map-cells must be from 0 to",
    "tiny.target-rate = 1e400, 'tiny.target-rate' must be"
  })
  void numbersThatNoMachineBearsAreRefusedBeforeAnyWork(String setting, String message) {
    Typed typed =
        Typed.command("train").settings(SHORT).add("--set", setting).add("--run-dir", run).run();

    assertThat(typed.code()).isEqualTo(CommandLine.USAGE);
    assertThat(typed.err()).contains(message);
    assertThat(run).doesNotExist();
  }

  private void copyTrained() throws IOException {
    try (var files = Files.walk(trained)) {
      for (Path file : files.toList()) {
        Files.copy(file, run.resolve(trained.relativize(file).toString()));
      }
    }
  }
}
