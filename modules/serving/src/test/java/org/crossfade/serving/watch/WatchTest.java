package org.crossfade.serving.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.crossfade.report.RunSoFar;
import org.crossfade.serving.http.HttpServer;
import org.crossfade.training.cli.Typed;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of a run at several points of its life. A finished run is taken apart again: its folder
 * looks as it did while it was trained.
 */
class WatchTest {
  @TempDir private static Path folder;

  private static RunDirectory run;
  private static List<String> lines;
  private static byte[] results;

  @BeforeAll
  static void train() throws IOException {
    run = new RunDirectory(folder.resolve("run"));
    Typed trained =
        Typed.command("train")
            .add("--run-dir", run.root())
            .settings("run.evaluate-every = 2", "run.sample-images = 1")
            .run();
    assertThat(trained.code()).as(trained.err()).isZero();
    lines = Files.readAllLines(run.metrics());
    results = Files.readAllBytes(run.results());
  }

  /** As if this process trained it, and had written so much of its metrics. */
  private static void growTo(int count, String more) throws IOException {
    Files.deleteIfExists(run.results());
    Files.writeString(
        run.root().resolve("run.lock"),
        "process " + ProcessHandle.current().pid() + " on " + host() + ", since now\n");
    Files.write(run.metrics(), lines.subList(0, count));
    Files.writeString(run.metrics(), more, StandardOpenOption.APPEND);
  }

  private static String host() throws IOException {
    return InetAddress.getLocalHost().getHostName();
  }

  private static void end(boolean finished) throws IOException {
    Files.writeString(run.root().resolve("run.lock"), "");
    if (finished) {
      Files.write(run.metrics(), lines);
      Files.write(run.results(), results);
    }
  }

  private static int firstEvaluation() {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains("\"evaluation\"")) {
        return i;
      }
    }
    throw new AssertionError("no evaluation");
  }

  @Test
  void thePageGrowsAndEndsWithTheRun() throws Exception {
    growTo(0, "");
    var site = new WatchSite(run.root());
    try (var server = HttpServer.start(site.site(), "127.0.0.1", 0, HttpServer.Limits.USUAL)) {
      String empty = get(server.address(), "").body();
      assertThat(empty)
          .contains("Training: phase source, iteration 0 of 6.")
          .contains("Nothing was evaluated yet.")
          .contains("watch.js")
          .doesNotContain("IoU of every class");
      String version = state(server.address()).path("version").asText();

      growTo(firstEvaluation() + 1, "{\"type\": \"progr");
      awaitAnother(site, server.address(), version);
      HttpResponse<String> growing = get(server.address(), "");
      assertThat(growing.body())
          .contains("Training: phase source, iteration 2 of 6.")
          .contains("IoU of every class")
          .contains("Learning rates")
          .contains("--run-dir");
      assertThat(growing.headers().firstValue("content-security-policy").orElseThrow())
          .contains("default-src 'none'");
      version = state(server.address()).path("version").asText();
      assertThat(site.over()).isFalse();

      end(true);
      awaitAnother(site, server.address(), version);
      assertThat(state(server.address()).path("over").asBoolean()).isTrue();
      String last = get(server.address(), "").body();
      assertThat(last)
          .contains("Finished.")
          .contains("The same samples over time")
          .doesNotContain("watch.js");
      assertThat(site.over()).isTrue();
    }
  }

  /** As the page's script does. */
  private static void awaitAnother(WatchSite site, URI address, String version) throws Exception {
    for (int i = 0; i < 600; i++) {
      site.over();
      if (!state(address).path("version").asText().equals(version)) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("the page stayed as it was");
  }

  private static JsonNode state(URI address) throws Exception {
    return new ObjectMapper().readTree(get(address, "state").body());
  }

  private static HttpResponse<String> get(URI address, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(address.resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aRunThatNobodyTrainsIsNotWatched() throws IOException {
    growTo(firstEvaluation() + 1, "");
    end(false);
    assertThat(RunSoFar.read(run.root()).state()).isEqualTo(RunSoFar.State.STOPPED);
    Typed stopped = Typed.words("watch", run.root().toString());
    assertThat(stopped.code()).isEqualTo(1);
    assertThat(stopped.err()).contains("nobody trains this run", "phase source, iteration 2 of 6");

    end(true);
    Typed finished = Typed.words("watch", run.root().toString());
    assertThat(finished.code()).isZero();
    assertThat(finished.out()).contains("is finished", "report");
  }

  @Test
  void aProcessThatWasKilledTrainsNothing() throws IOException {
    growTo(1, "");
    Files.writeString(
        run.root().resolve("run.lock"), "process 999999999 on " + host() + ", since now\n");

    assertThat(RunSoFar.read(run.root()).state()).isEqualTo(RunSoFar.State.STOPPED);
  }

  @Test
  void aFolderWithoutARunIsRefused() {
    var none = new ArrayList<Path>(List.of(folder, folder.resolve("missing")));

    assertThat(none)
        .allSatisfy(
            path ->
                assertThatThrownBy(() -> new WatchSite(path))
                    .isInstanceOf(RunFolderException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("config.conf"));
  }
}
